"""Every page as typed data, and `Pages`, which turns a page into HTML in the person's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idp.accounts.model import ProofState
from idp.kernel.locales import Locale
from idp.proofing.model import Verdict
from idp.web.assets import Assets
from idp.web.links import safe_link, secure_link
from idp.web.texts import Message, Texts, load_texts

# Each closed set below names texts of the catalogue: a wrong key is a type error, not a broken page.
ClaimKey = Literal[
    "pseudonym",
    "name",
    "birthdate",
    "gender",
    "other_names",
    "own_pages",
    "language_and_time_zone",
    "changed_at",
    "phone_number",
    "email",
    "address",
    "identity_level",
    "offline_access",
]
CodePurpose = Literal["registration", "step_up"]
IdentityField = Literal["number", "full_name", "birth_date", "phone"]

# The codes that have a title and a next step of their own; any other is told as server_error.
ErrorCode = Literal[
    "invalid_request",
    "invalid_client",
    "invalid_redirect_uri",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "request_expired",
    "form_rejected",
    "too_many_requests",
    "request_too_large",
    "method_not_allowed",
    "not_found",
    "unsupported_media_type",
    "temporarily_unavailable",
    "server_error",
    "access_denied",
    "unmet_authentication_requirements",
    "session_ended",
]

# Where an error's link leads: the first input of each entry of the registration form.
_ELEMENT_IDS: dict[IdentityField, str] = {
    "number": "number",
    "full_name": "full-name",
    "birth_date": "birth-day",
    "phone": "phone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whose provider this is: configuration, because ministries and hotlines change."""

    name: Mapping[Locale, str]
    operator: Mapping[Locale, str]
    help_line: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has: its template and the address of itself in the other language."""

    template: ClassVar[str]
    other_language_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(Page):
    """A page with one form, sent by POST to `action`; `hidden` are its names and values (CSRF, request id)."""

    action: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateNotice:
    """What a State portal receives and by which law: shown instead of a consent question."""

    client_name: str
    claims: tuple[ClaimKey, ...]
    legal_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Who must confirm it is still them; the identifier comes masked."""

    display_name: str
    masked_identifier: str
    other_account_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text from a client's registration and where it leads."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage(FormPage):
    """Fields `identifier`, `password`; buttons `action` = sign_in or cancel.

    With `known`, `identifier` may come back empty: it then means the known person's account.
    """

    template: ClassVar[str] = "sign_in.html"
    client_name: str | None
    notice: StateNotice | None
    known: KnownPerson | None
    identifier: str
    error: Message | None
    register_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage(FormPage):
    """Field `code`; buttons `action` = verify, resend or cancel. `resent` says a new code was just sent."""

    template: ClassVar[str] = "code.html"
    purpose: CodePurpose
    client_name: str | None
    masked_phone: str
    valid_for: timedelta
    resent: bool
    error: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage(FormPage):
    """Buttons `action` = allow or deny. Links that are not https are left out, not shown."""

    template: ClassVar[str] = "consent.html"
    display_name: str
    client_name: str
    client_uri: str | None
    logo_uri: str | None
    policy_uri: str | None
    tos_uri: str | None
    claims: tuple[ClaimKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterIdentityPage(FormPage):
    """Fields `number`, `full_name`, `birth_day`, `birth_month`, `birth_year`, `phone`, as they were typed.

    Buttons `action` = continue or cancel. Day and month may be empty: only the year is known.
    """

    template: ClassVar[str] = "register_identity.html"
    number: str
    full_name: str
    birth_day: str
    birth_month: str
    birth_year: str
    phone: str
    errors: Mapping[IdentityField, Message]
    sign_in_url: str

    @property
    def wrong_entries(self) -> list[tuple[str, Message]]:
        """The element id to go to and what is wrong there, in the order of the page."""
        return [(_ELEMENT_IDS[name], self.errors[name]) for name in _ELEMENT_IDS if name in self.errors]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPasswordPage(FormPage):
    """Field `password`; buttons `action` = continue or cancel. `minimum_length` counts characters."""

    template: ClassVar[str] = "register_password.html"
    masked_number: str
    minimum_length: int
    error: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterResultPage(Page):
    """What the register answered. Says the same whether or not the number had an account before."""

    template: ClassVar[str] = "register_result.html"
    verdict: Verdict
    opened: bool
    sign_in_url: str
    correct_url: str
    retry_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutConfirmPage(FormPage):
    """Button `action` = logout. `client_name` is the portal that asked, if one did."""

    template: ClassVar[str] = "logout_confirm.html"
    client_name: str | None
    display_name: str
    stay_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutPage(Page):
    """The session is over; `portals` are being told of it (OIDC Back-Channel Logout 2.5)."""

    template: ClassVar[str] = "signed_out.html"
    portals: tuple[str, ...]
    return_link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """A refusal that cannot be sent to the client: the code, what to do next, and the reference for support."""

    template: ClassVar[str] = "error.html"
    code: str
    reference: str
    retry_after: timedelta | None
    restart_url: str | None

    @property
    def told_as(self) -> str:
        """The code whose title and next step are shown."""
        return self.code if self.code in get_args(ErrorCode) else "server_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHomePage(FormPage):
    """The person's own page; its form signs out. `acr` is one of `authentication.levels.ACR_VALUES`."""

    template: ClassVar[str] = "account_home.html"
    display_name: str
    masked_number: str
    acr: str
    proof: ProofState
    prove_url: str | None


class Pages:
    """Renders pages. Made once: templates are compiled and catalogues read at the start."""

    def __init__(self, site: Site) -> None:
        """Take the names of the operator that head and foot every page."""
        here = Path(__file__).parent
        self._site = site
        self._texts: dict[Locale, Texts] = load_texts()
        self.assets = Assets.load(here / "static")
        self._environment = Environment(
            loader=FileSystemLoader(here / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["safe_link"] = safe_link
        self._environment.filters["secure_link"] = secure_link
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, page: Page, locale: Locale, nonce: str) -> bytes:
        """Return the page as UTF-8 HTML. `nonce` is that of the answer's `style-src` (CSP Level 3, 2.3.1)."""
        texts = self._texts[locale]
        template = self._environment.get_template(page.template)
        html = template.render(
            page=page,
            t=texts.get,
            message=texts.message,
            locale=locale,
            site=self._site,
            asset_url=self.assets.url,
            nonce=nonce,
        )
        return html.encode()
