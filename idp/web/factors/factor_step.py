"""The page that asks for a second factor, in whatever it is asked for: step-up, sign-in, confirming."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.factors.answers import Refused, Shown, Why
from idp.factors.checks import Entered, FactorChecks
from idp.factors.drafts import AuthenticationMethod, FactorChallenge
from idp.factors.one_time_codes.service import CODE_LIFE
from idp.kernel.ids import SessionId
from idp.proofing.values.phones import PhoneNumber
from idp.protocol.forms import Form
from idp.web.factors.factor_messages import message_of
from idp.web.factors.pages import AskedNumber, OtherMethod, SecondStepPage, StepPurpose
from idp.web.factors.passkey_pages import PasskeyPart
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from records.structs import replace

# Where a right password leads when the account wants a second factor.
SECOND_STEP_PATH = "/sign-in/second"
Finish = Callable[[Shown], Awaitable[Response | Refused]]
# Without script the waiting page asks again by itself; slow enough for a screen reader to tell the number.
_ASK_AGAIN = "5"
# SMS texts name what the code is for.
_SMS_PURPOSE: dict[StepPurpose, str] = {
    "step_up": "step_up",
    "sign_in": "step_up",
    "confirm": "confirm",
    "joining": "confirm",
    "counter": "counter",
}


class Asked(Struct, frozen=True):
    """One asking for a second factor: by which page, for what, and what happens when one was shown."""

    challenge: FactorChallenge
    purpose: StepPurpose
    # The page's address with everything but the way.
    address: str
    about: str
    finish: Finish
    # Where the form acts in a session: it is taken in no other one.
    session_id: SessionId | None = None
    client_name: str | None = None
    ui_locales: str | None = None
    targets: tuple[str, ...] = ()
    # Told of each refusal, so that causes can be counted.
    on_refusal: Callable[[Why], None] | None = None

    def refused(self, refusal: Refused) -> Refused:
        """Tell of a refusal and return it."""
        if self.on_refusal is not None:
            self.on_refusal(refusal.why)
        return refusal

    def hidden(self, context: PageContext, browser: str) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields of the page's form."""
        return (
            context.hidden_in(self.session_id, browser, self.about)
            if self.session_id
            else context.hidden(browser, self.about)
        )

    def at(self, way: AuthenticationMethod) -> str:
        """Return the page's address with a way."""
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode({'way': way.value})}"


class _Said(Struct, frozen=True):
    """What the page says beside its question."""

    error: Refused | None = None
    resent: bool = False
    status: int = 200


class FactorStep:
    """Shows the page and takes its form."""

    def __init__(self, checks: FactorChecks, context: PageContext) -> None:
        self._checks = checks
        self._context = context

    async def show(self, request: Request, asked: Asked, browser: str) -> Response:
        """Answer GET: ask. Nothing is sent: pages are opened by menus, tabs, previews and strangers' links."""
        way = _way(request, asked.challenge)
        if way is AuthenticationMethod.APPROVAL and asked.challenge.draft.approval_id is not None:
            return await self._judge(request, asked, way, Entered(), browser)
        return await self._page(request, asked, way, browser, _Said())

    async def submit(self, request: Request, asked: Asked, form: Form, browser: str) -> Response:
        """Answer POST; `cancel` is the caller's matter."""
        way, action = _way(request, asked.challenge), form.get("action")
        if action == "passkey" and AuthenticationMethod.PASSKEY in asked.challenge.ways:
            way = AuthenticationMethod.PASSKEY
        if way is None:
            return await self._page(request, asked, None, browser, _Said())
        if way is AuthenticationMethod.SMS and action in {"send", "resend"}:
            return await self._send(request, asked, browser)
        if way is AuthenticationMethod.APPROVAL and action == "ask":
            return await self._ask(request, asked, browser)
        entered = Entered(form.get("code") or "", form.get("challenge") or "", form.get("credential") or "")
        return await self._judge(request, asked, way, entered, browser)

    async def _send(self, request: Request, asked: Asked, browser: str) -> Response:
        first = not self._checks.code_lives(asked.challenge)
        locale = self._context.locale(request, asked.ui_locales)
        sent = await self._checks.send(asked.challenge, _SMS_PURPOSE[asked.purpose], browser, locale)
        if isinstance(sent, Refused):
            return await self._page(request, asked, AuthenticationMethod.SMS, browser, _Said(asked.refused(sent)))
        if first:
            return self._context.see_other(asked.at(AuthenticationMethod.SMS))
        return await self._page(
            request, replace(asked, challenge=sent), AuthenticationMethod.SMS, browser, _Said(resent=True)
        )

    async def _ask(self, request: Request, asked: Asked, browser: str) -> Response:
        sent = await self._checks.ask(asked.challenge, browser, origin_of(request))
        if isinstance(sent, Refused):
            return await self._page(request, asked, AuthenticationMethod.APPROVAL, browser, _Said(asked.refused(sent)))
        return self._context.see_other(asked.at(AuthenticationMethod.APPROVAL))

    async def _judge(
        self, request: Request, asked: Asked, way: AuthenticationMethod, entered: Entered, browser: str
    ) -> Response:
        shown = await self._checks.check(asked.challenge, way, entered, browser, origin_of(request))
        done = shown if isinstance(shown, Refused) else await asked.finish(shown)
        if not isinstance(done, Refused):
            return done
        waiting = done.why is Why.APPROVAL_WAITING
        said = _Said() if waiting else _Said(asked.refused(done), status=401)
        return await self._page(request, asked, way, browser, said, waiting=waiting)

    async def _page(
        self,
        request: Request,
        asked: Asked,
        way: AuthenticationMethod | None,
        browser: str,
        said: _Said,
        *,
        waiting: bool = False,
    ) -> Response:
        locale, challenge = self._context.locale(request, asked.ui_locales), asked.challenge
        page = SecondStepPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=asked.at(way) if way else asked.address,
            hidden=asked.hidden(self._context, browser),
            purpose=asked.purpose,
            client_name=asked.client_name,
            way=way,
            others=tuple(OtherMethod(way=other, url=asked.at(other)) for other in challenge.ways if other is not way),
            masked_phone=self._masked_phone(challenge),
            valid_for=CODE_LIFE,
            code_sent=self._checks.code_lives(challenge),
            resent=said.resent,
            asked=await self._number(challenge) if waiting else None,
            passkey=await self._passkey(challenge, browser) if way is AuthenticationMethod.PASSKEY else None,
            error=message_of(said.error) if said.error else None,
        )
        response = self._context.respond(request, page, locale, said.status, targets=asked.targets)
        if waiting:
            response.headers["Refresh"] = _ASK_AGAIN
        return response

    def _masked_phone(self, challenge: FactorChallenge) -> str:
        phone = self._checks.sms.phone_of(challenge.claimant)
        return PhoneNumber(phone).masked() if phone else ""

    async def _number(self, challenge: FactorChallenge) -> AskedNumber | None:
        asked = await self._checks.approval.asked(challenge.draft)
        if asked is None:
            return None
        return AskedNumber(number=asked.match_number, valid_for=asked.expires_at - self._checks.clock.now())

    async def _passkey(self, challenge: FactorChallenge, browser: str) -> PasskeyPart:
        return PasskeyPart(action="", prompt=await self._checks.prompt(challenge, browser), autofill=False)


def _way(request: Request, challenge: FactorChallenge) -> AuthenticationMethod | None:
    """Return the way that the address names, else the first the account has."""
    wished = query_form(request).get("way")
    named = next((way for way in challenge.ways if way.value == wished), None)
    return named or (challenge.ways[0] if challenge.ways else None)
