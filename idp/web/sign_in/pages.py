"""The pages of signing in: password, one-time code, consent."""

from datetime import timedelta
from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import AuthorizationDetailsType
from idp.account.model import AccountKind
from idp.settings.notices import NoticePlace
from idp.web.factors.passkey_pages import PasskeyPart
from idp.web.http.page import FormPage
from idp.web.http.texts import Message
from idp.web.upstream.pages import UpstreamPart

# Each closed set names texts of the catalogue: a wrong key is a type error, not a broken page.
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
    "verified_identity",
    "national_id",
    "tech_id",
    "officer",
    "identity_level",
    "offline_access",
]
CodePurpose = Literal["registration"]


class StateNotice(Struct, frozen=True, kw_only=True):
    """What a State portal receives and by which law: shown instead of a consent question."""

    client_name: str
    claims: tuple[ClaimKey, ...]
    legal_basis: str
    # The APIs of others that it may call for the person.
    apis: tuple[str, ...] = ()


class KnownPerson(Struct, frozen=True, kw_only=True):
    """Who must confirm it is still them; the identifier comes masked."""

    display_name: str
    masked_identifier: str
    other_account_url: str


class SignInPage(FormPage, frozen=True, kw_only=True):
    """Fields `identifier`, `password`, `shared_computer` (a box); buttons `action` = sign_in or cancel.

    With `known`, `identifier` may come back empty: it then means the known person's account.
    """

    template: ClassVar[str] = "sign_in/sign_in.html"
    notice_place: ClassVar[NoticePlace | None] = NoticePlace.SIGN_IN
    client_name: str | None
    notice: StateNotice | None
    known: KnownPerson | None
    identifier: str
    error: Message | None
    register_url: str
    # The box stays ticked when the form comes back.
    shared_computer: bool
    recover_url: str
    not_me_url: str
    passkey: PasskeyPart | None
    upstream: UpstreamPart | None
    # Officers type a name, for which a keypad of digits is no use.
    for_officers: bool


RefusedKind = AccountKind | Literal["sandbox", "agency"]


class AccountKindPage(FormPage, frozen=True, kw_only=True):
    """Who is signed in has an account of a `kind` that the portal does not take; buttons `action` = other or cancel."""

    template: ClassVar[str] = "sign_in/account_kind.html"
    display_name: str
    client_name: str
    # What decides the words: a client in the sandbox takes invented people only, whoever comes; one that takes officers
    # takes those of some agencies.
    kind: RefusedKind


class CodePage(FormPage, frozen=True, kw_only=True):
    """Field `code`; buttons `action` = verify, resend or cancel. `resent` says a new code was just sent."""

    template: ClassVar[str] = "factors/code.html"
    purpose: CodePurpose
    client_name: str | None
    masked_phone: str
    valid_for: timedelta
    resent: bool
    error: Message | None


class FormPostPage(FormPage, frozen=True, kw_only=True):
    """Carries a response to a client: a form that sends itself, and has a button where there is no script.

    Nothing but `hidden` is sent: the button has no name (OAuth 2.0 Form Post Response Mode 2).
    """

    template: ClassVar[str] = "sign_in/form_post.html"
    # Where it goes.
    host: str


class DetailEntry(Struct, frozen=True, kw_only=True):
    """What exactly the person is asked to confirm (RFC 9396): its type, which names a text of ours, and its words."""

    type: AuthorizationDetailsType
    text: str


class PurposeEntry(Struct, frozen=True, kw_only=True):
    """What a client says that some claims are for (OpenID Identity Assurance 6), in its own words."""

    claims: tuple[ClaimKey, ...]
    text: str


class ConsentPage(FormPage, frozen=True, kw_only=True):
    """Buttons `action` = allow or deny. Links that are not https are left out, not shown."""

    template: ClassVar[str] = "sign_in/consent.html"
    display_name: str
    client_name: str
    client_uri: str | None
    # Of ours: no page loads anything from elsewhere.
    logo_url: str | None
    policy_uri: str | None
    tos_uri: str | None
    claims: tuple[ClaimKey, ...]
    purposes: tuple[PurposeEntry, ...]
    # The APIs of others that the client may call for the person.
    apis: tuple[str, ...]
    details: tuple[DetailEntry, ...]
    # Whom the person acts for; empty for themself.
    acting_for: str
