"""The pages of portal teams. Names and values are those of the running provider; only what they mean is a text."""

from datetime import timedelta
from typing import ClassVar, Literal, get_args

from msgspec import Struct

from clients.model import SecurityProfile
from idp.web.http.page import Page
from idp.web.sign_in.pages import ClaimKey

DeveloperPart = Literal["home", "code", "browser-apps", "reference", "errors", "token-inspector"]
_HOME = "/developers"
PART_PATHS: dict[DeveloperPart, str] = {
    "home": _HOME,
    **{part: f"{_HOME}/{part}" for part in get_args(DeveloperPart) if part != "home"},
}
Stack = Literal["python", "node", "java", "php", "dotnet"]
# What the library is told, and what goes wrong where it is not.
AppSetting = Literal["dpop", "loadUserInfo", "iss", "prompt", "silent_redirect_uri", "csp"]
# What the script of the token inspector says, by the names that it knows.
INSPECTOR_TEXTS = (
    *("good", "wrong", "open"),
    *("empty", "too_long", "encrypted", "no_token", "unreadable"),
    *("verdict_good", "verdict_open", "verdict_wrong"),
    *("typ_id_token", "typ_access_token", "typ_logout_token", "typ_security_event", "typ_unknown"),
    *("iss_good", "iss_wrong"),
    *("aud_good", "aud_wrong", "aud_missing", "aud_compare"),
    *("exp_good", "exp_over", "exp_missing", "exp_absent"),
    *("nbf_absent", "nbf_good", "nbf_early", "nbf_wrong"),
    *("signature_good", "signature_wrong", "signature_none", "signature_alg", "signature_kid", "signature_keys"),
)


class PartLink(Struct, frozen=True, kw_only=True):
    """One entry of the navigation."""

    part: DeveloperPart
    path: str
    current: bool


class DeveloperPage(Page, frozen=True, kw_only=True):
    """What every page of the corner has: its place in the navigation."""

    part: ClassVar[DeveloperPart]

    @property
    def links(self) -> tuple[PartLink, ...]:
        """Return the navigation."""
        return tuple(PartLink(part=part, path=path, current=part == self.part) for part, path in PART_PATHS.items())


class SandboxPerson(Struct, frozen=True, kw_only=True):
    """One invented person: the name, the number to sign in with, and the birth date as userinfo tells it."""

    name: str
    number: str
    birthdate: str


class ApiStep(Struct, frozen=True, kw_only=True):
    """One step on the way to a token for the administration API: an address for a browser, or a command."""

    name: Literal["authorize", "redeem", "call", "refresh"]
    text: str


class DevelopersPage(DeveloperPage, frozen=True, kw_only=True):
    """What a team does, in its order: register in the sandbox, try, ask for production."""

    template: ClassVar[str] = "developers/home.html"
    part: ClassVar[DeveloperPart] = "home"
    issuer: str
    discovery_url: str
    api_url: str
    api_steps: tuple[ApiStep, ...]
    people: tuple[SandboxPerson, ...]
    password: str
    app_secret: str


class Endpoint(Struct, frozen=True, kw_only=True):
    """One endpoint by its name in discovery; `methods` are those of client authentication, none where nobody asks."""

    name: str
    address: str
    methods: tuple[str, ...]


class ScopeRow(Struct, frozen=True, kw_only=True):
    """One scope: its claims at userinfo, what a person reads of them, and whether the registration must allow it."""

    name: str
    claims: tuple[str, ...]
    meanings: tuple[ClaimKey, ...]
    governed: bool


class LevelRow(Struct, frozen=True, kw_only=True):
    """One level: any of the ways reaches it, each a set of names from `amr`."""

    acr: str
    needs_proof: bool
    ways: tuple[str, ...]


class LifetimeRow(Struct, frozen=True, kw_only=True):
    """One number of the policy."""

    name: str
    span: timedelta


class MemberRow(Struct, frozen=True, kw_only=True):
    """One member of a registration: its values ("" and none where any text goes), its default, the rules it keeps."""

    name: str
    choices: tuple[str, ...]
    default: str
    required: bool
    rules: tuple[str, ...]


class ReferencePage(DeveloperPage, frozen=True, kw_only=True):
    """Everything that a client can rely on, as this process runs it."""

    template: ClassVar[str] = "developers/reference.html"
    part: ClassVar[DeveloperPart] = "reference"
    discovery_url: str
    metadata: tuple[tuple[str, tuple[str, ...]], ...]
    endpoints: tuple[Endpoint, ...]
    scopes: tuple[ScopeRow, ...]
    levels: tuple[LevelRow, ...]
    factors: tuple[str, ...]
    lifetimes: tuple[LifetimeRow, ...]
    profiles: tuple[SecurityProfile, ...]
    redirect_rules: tuple[str, ...]
    members: tuple[MemberRow, ...]


class CodeSample(Struct, frozen=True, kw_only=True):
    """The code of one stack, with our addresses in it."""

    stack: Stack
    text: str


class CodePage(DeveloperPage, frozen=True, kw_only=True):
    """Code for every stack."""

    template: ClassVar[str] = "developers/code.html"
    part: ClassVar[DeveloperPart] = "code"
    samples: tuple[CodeSample, ...]


class BrowserAppsPage(DeveloperPage, frozen=True, kw_only=True):
    """How an app without a server connects: what to register, what answers it, code, renewal, what it must not hold."""

    template: ClassVar[str] = "developers/browser_apps.html"
    part: ClassVar[DeveloperPart] = "browser-apps"
    registration: tuple[tuple[str, str], ...]
    addresses: tuple[str, ...]
    published: tuple[str, ...]
    code: str
    settings: tuple[AppSetting, ...]
    access_token_life: timedelta
    refresh_grace: timedelta
    session_life: timedelta
    offline_life: timedelta


class ErrorRow(Struct, frozen=True, kw_only=True):
    """One code: where its texts are, and how it is told."""

    key: str
    code: str


class ErrorFamily(Struct, frozen=True, kw_only=True):
    """The codes of one who answers."""

    name: str
    rows: tuple[ErrorRow, ...]


class ErrorsPage(DeveloperPage, frozen=True, kw_only=True):
    """Every code that the provider can answer with; refusals and problems that carry texts of their own beside them."""

    template: ClassVar[str] = "developers/errors.html"
    part: ClassVar[DeveloperPart] = "errors"
    families: tuple[ErrorFamily, ...]
    legacy: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, int], ...]
    page_codes: tuple[str, ...]


class TokenInspectorPage(DeveloperPage, frozen=True, kw_only=True):
    """A field for a token; a script of ours does the rest in the browser."""

    template: ClassVar[str] = "developers/token_inspector.html"
    part: ClassVar[DeveloperPart] = "token-inspector"
    issuer: str
    jwks_url: str
    texts: tuple[str, ...]
