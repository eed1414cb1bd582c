"""What we know of the person: what the register said and where that is corrected, what is theirs to change."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from idp.account.own_claims import OWN_CLAIM_LENGTH, OWN_CLAIMS, fault_of
from idp.account.profiles import MASKED_NUMBER
from idp.kernel.locales import Locale
from idp.protocol.forms import Form
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import ProfileFact, ProfilePage
from idp.web.account.person import person_of
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.http.links import secure_link
from idp.web.http.local_time import local_day
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH = "/account/profile"

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
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "profile")
        profile = person_of(frame.view, self._web)
        own = {name: str(profile.get(name, "")) for name in OWN_CLAIMS}
        return self._shell.respond(request, self._page(request, frame, own, {}), frame)

    async def submit(self, request: Request) -> Response:
        """Store the person's own claims."""
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.visit(request, "profile")
        wanted = _typed(form)
        if errors := _errors(wanted):
            return self._shell.respond(request, self._page(request, frame, wanted, errors), frame, 422)
        saved = await self._web.account.change_claims(frame.view, wanted, origin_of(request))
        return self._context.see_other(f"{PATH}{'?done=saved' if saved else ''}")

    def _page(self, request: Request, frame: Frame, own: dict[str, str], errors: Mapping[str, Message]) -> ProfilePage:
        profile = person_of(frame.view, self._web)
        return ProfilePage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            facts=tuple(_fact(claim, profile[claim], frame.locale) for claim in SHOWN_CLAIMS if profile.get(claim)),
            nickname=own["nickname"],
            preferred_username=own["preferred_username"],
            website=own["website"],
            nickname_error=errors.get("nickname"),
            preferred_username_error=errors.get("preferred_username"),
            website_error=errors.get("website"),
            saved=query_form(request).get("done") == "saved",
        )


def _fact(claim: str, value: object, locale: Locale) -> ProfileFact:
    return ProfileFact(claim=claim, value=local_day(str(value), locale) if claim == "birthdate" else str(value))


def _errors(wanted: Mapping[str, str]) -> dict[str, Message]:
    """Return what is wrong, by claim."""
    faults = {name: fault for name, value in wanted.items() if value and (fault := fault_of(name, value))}
    errors = {name: Message(fault) for name, fault in faults.items()}
    if wanted["website"] and not secure_link(wanted["website"]):
        errors["website"] = Message("website_format")
    return errors


def _typed(form: Form) -> dict[str, str]:
    return {name: " ".join((form.get(name) or "").split())[:OWN_CLAIM_LENGTH] for name in OWN_CLAIMS}
