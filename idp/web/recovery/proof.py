"""The pages where a recovery is proved by the register and gets its new password."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.account.rating_effects import Occasion
from idp.factors.password.policy import MIN_LENGTH
from idp.proofing.model import Verdict
from idp.proofing.values.personal_numbers import masked_number
from idp.protocol.forms import Form
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.policy import phone_alone
from idp.recovery.started import MaySetPassword, MustWait, OtherIsOpen, Started, WaitingSlip
from idp.registration.declared_identity import DeclaredProblems
from idp.web.account.paths import RATE
from idp.web.factors.password_messages import password_message
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.identity import NOTHING_TYPED, errors_of, read_identity, refusal_of
from idp.web.recovery.pages import (
    DeclaredField,
    HeldThing,
    RecoverDonePage,
    RecoverIdentityPage,
    RecoverOverPage,
    RecoverPasswordPage,
    RecoveryOver,
)
from idp.web.recovery.recovery_steps import (
    DONE,
    IDENTITY,
    OVER,
    PASSWORD,
    START,
    WAITING,
    WAY,
    At,
    RecoverySteps,
    address,
)
from idp.web.sign_in.paths import SIGN_IN


class RecoverProofHandlers:
    def __init__(self, dependencies: RecoveryDependencies, steps: RecoverySteps) -> None:
        self._dependencies = dependencies
        self._ratings = dependencies.ratings
        self._clock = dependencies.web.clock
        self._steps = steps

    async def show_identity(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.drafts)
        return self._identity_page(request, at, NOTHING_TYPED)

    async def submit_identity(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.drafts)
        typed, declared = read_identity(form, self._clock.now().date())
        if isinstance(declared, DeclaredProblems):
            return self._identity_page(request, at, typed, errors_of(declared), status=422)
        origin = origin_of(request)
        outcome = await self._dependencies.starts.prove(
            at.name, at.draft, declared.name, declared.birth_date, at.browser, origin
        )
        if isinstance(outcome, Verdict):
            # Kept as a draft, never let through: a register that is away proves nobody.
            await self._dependencies.drafts.save(at.name, at.draft, at.browser)
            refusal, status = refusal_of(request, outcome)
            return self._identity_page(request, at, typed, refusal=refusal, status=status)
        return await self._go_on(at, outcome)

    async def show_password(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.drafts)
        return await self._password_page(request, at)

    async def submit_password(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.drafts)
        if not at.draft.recovery_id:
            return self._steps.go(IDENTITY, at.name)
        password = form.data.get("password", "")
        problem = await self._dependencies.end.judge_password(password, at.draft.personal)
        if problem is not None:
            return await self._password_page(request, at, password_message(problem, MIN_LENGTH), 422, form)
        origin = origin_of(request)
        await self._dependencies.drafts.spend(at.name)
        kept = {name for name in form.data if name.startswith("keep.")}
        done = await self._dependencies.end.finish(at.draft.person_id, at.draft.recovery_id, password, origin, kept)
        await self._dependencies.drafts.drop(at.name)
        if not done:
            return self._steps.go(OVER)
        portal = self._steps.context.cookies.portal(request)
        return self._steps.go(DONE, self._ratings.offer(Occasion.RECOVERY, "recovery", portal))

    async def show_done(self, request: Request) -> Response:
        locale, token = self._steps.context.locale(request), query_form(request).get("r") or ""
        page = RecoverDonePage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            sign_in_url=SIGN_IN,
            rate_url=f"{RATE}?{urlencode({'t': token})}" if self._ratings.offered(token) else None,
        )
        return self._steps.respond(request, page, locale)

    async def show_over(self, request: Request) -> Response:
        locale, why = self._steps.context.locale(request), query_form(request).get("why")
        reason: RecoveryOver = "other_open" if why == "other_open" else "over"
        page = RecoverOverPage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            reason=reason,
            restart_url=START,
            sign_in_url=SIGN_IN,
        )
        return self._steps.respond(request, page, locale)

    async def _go_on(self, at: At[RecoveryDraft], outcome: Started) -> Response:
        match outcome:
            case MaySetPassword():
                return self._steps.go(PASSWORD, at.name)
            case MustWait(reference, ready_at):
                slip = await self._dependencies.slips.start(WaitingSlip(reference, ready_at), at.browser)
                return self._steps.go(WAITING, slip)
            case OtherIsOpen():
                return self._steps.go(f"{OVER}?why=other_open")
            case _:
                return self._steps.go(WAY, at.name)

    def _identity_page(
        self,
        request: Request,
        at: At[RecoveryDraft],
        typed: Mapping[str, str],
        errors: Mapping[DeclaredField, Message] | None = None,
        *,
        refusal: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale = self._steps.context.locale(request)
        page = RecoverIdentityPage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            action=address(IDENTITY, at.name),
            hidden=self._steps.hidden(at),
            masked_number=masked_number(at.draft.number),
            full_name=typed["full_name"],
            birth_day=typed["birth_day"],
            birth_month=typed["birth_month"],
            birth_year=typed["birth_year"],
            errors=errors or {},
            refusal=refusal,
        )
        return self._steps.respond(request, page, locale, status)

    async def _held(self, draft: RecoveryDraft, form: Form | None) -> tuple[HeldThing, ...]:
        """Return what the account holds: ticked as it was sent, else unless "not me" locked the account."""
        held, end = await self._dependencies.end.held(draft.person_id, draft.account_id), self._dependencies.end
        usual = not await end.was_reported(draft.person_id, draft.account_id)
        return tuple(
            HeldThing(one.kind, one.reference, one.label, usual if form is None else one.reference in form.data)
            for one in held
        )

    async def _password_page(
        self,
        request: Request,
        at: At[RecoveryDraft],
        error: Message | None = None,
        status: int = 200,
        form: Form | None = None,
    ) -> Response:
        if not at.draft.recovery_id:
            return self._steps.go(IDENTITY, at.name)
        locale = self._steps.context.locale(request)
        page = RecoverPasswordPage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            action=address(PASSWORD, at.name),
            hidden=self._steps.hidden(at),
            minimum_length=MIN_LENGTH,
            waited=False,
            held=await self._held(at.draft, form),
            phone_rests_for=self._dependencies.policy.phone_rests_for if phone_alone(at.draft.shown) else None,
            more_url=address(WAY, at.name),
            error=error,
        )
        return self._steps.respond(request, page, locale, status)
