"""What we know of the person: what the register said and where that is corrected, what is theirs to change."""

from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import Locale
from idp.protocol.forms import Form
from idp.selfservice.own_account import OWN_CLAIM_LENGTH, OWN_CLAIMS
from idp.selfservice.profiles import MASKED_NUMBER
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.links import secure_link
from idp.web.local_time import local_day
from idp.web.page_desk import PageDesk
from idp.web.pages.account import ProfileFact, ProfilePage
from idp.web.parts import Parts
from idp.web.profiles import person_of
from idp.web.requests import origin_of, query_form
from idp.web.texts import Message

# In the order people say them; a claim the person does not have is left out.
SHOWN_CLAIMS = (
    "name",
    "family_name",
    "middle_name",
    "given_name",
    MASKED_NUMBER,
    "birthdate",
    "gender",
    "phone_number",
    "email",
)


class ProfileHandlers:
    """GET and POST /account/profile."""

    def __init__(self, parts: Parts, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._parts = parts
        self._desk = desk
        self._shell = AccountShell(parts, desk)

    async def show(self, request: Request) -> Response:
        """GET /account/profile."""
        frame = await self._shell.visit(request, "profile")
        if isinstance(frame, Response):
            return frame
        profile = person_of(frame.view, self._parts)
        own = {name: str(profile.get(name, "")) for name in OWN_CLAIMS}
        return self._shell.respond(request, self._page(request, frame, own, None), frame)

    async def submit(self, request: Request) -> Response:
        """POST /account/profile: store the person's own claims."""
        form, _ = await self._desk.accept_form(request, ABOUT)
        frame = await self._shell.visit(request, "profile")
        if isinstance(frame, Response):
            return frame
        wanted = _typed(form)
        if wanted["website"] and not secure_link(wanted["website"]):
            page = self._page(request, frame, wanted, Message("website_format"))
            return self._shell.respond(request, page, frame, 422)
        saved = await self._parts.own.account.change_claims(frame.view, wanted, origin_of(request))
        return self._desk.see_other(f"/account/profile{'?done=saved' if saved else ''}")

    def _page(self, request: Request, frame: Frame, own: dict[str, str], error: Message | None) -> ProfilePage:
        profile = person_of(frame.view, self._parts)
        return ProfilePage(
            other_language_url=frame.other_language_url,
            action="/account/profile",
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            facts=tuple(_fact(claim, profile[claim], frame.locale) for claim in SHOWN_CLAIMS if profile.get(claim)),
            nickname=own["nickname"],
            preferred_username=own["preferred_username"],
            website=own["website"],
            website_error=error,
            saved=query_form(request).get("done") == "saved",
        )


def _fact(claim: str, value: object, locale: Locale) -> ProfileFact:
    return ProfileFact(claim=claim, value=local_day(str(value), locale) if claim == "birthdate" else str(value))


def _typed(form: Form) -> dict[str, str]:
    return {name: " ".join((form.get(name) or "").split())[:OWN_CLAIM_LENGTH] for name in OWN_CLAIMS}
