"""The pages of portal teams. Names and values are those of the running provider; only what they mean is a text."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from idp.web.pages.base import Page
from idp.web.pages.sign_in import ClaimKey

DeveloperPart = Literal["home", "code", "reference", "errors", "token-inspector"]
PART_PATHS: dict[DeveloperPart, str] = {
    "home": "/developers",
    "code": "/developers/code",
    "reference": "/developers/reference",
    "errors": "/developers/errors",
    "token-inspector": "/developers/token-inspector",
}
Stack = Literal["python", "node", "java", "php", "dotnet"]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLink:
    """One entry of the navigation."""

    part: DeveloperPart
    path: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeveloperPage(Page):
    """What every page of the corner has: its place in the navigation."""

    part: ClassVar[DeveloperPart]

    @property
    def links(self) -> tuple[PartLink, ...]:
        """Return the navigation."""
        return tuple(PartLink(part=part, path=path, current=part == self.part) for part, path in PART_PATHS.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPerson:
    """One invented person: the name, the number to sign in with, and the birth date as userinfo tells it."""

    name: str
    number: str
    birthdate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopersPage(DeveloperPage):
    """What a team does, in its order: register in the sandbox, try, ask for production."""

    template: ClassVar[str] = "developers/home.html"
    part: ClassVar[DeveloperPart] = "home"
    issuer: str
    discovery_url: str
    api_url: str
    people: tuple[SandboxPerson, ...]
    password: str
    app_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint by its name in discovery; `methods` are those of client authentication, none where nobody asks."""

    name: str
    address: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow:
    """One scope: its claims at userinfo, what a person reads of them, and whether the registration must allow it."""

    name: str
    claims: tuple[str, ...]
    meanings: tuple[ClaimKey, ...]
    governed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One level: any of the ways reaches it, each a set of names from `amr`."""

    acr: str
    needs_proof: bool
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeRow:
    """One number of the policy."""

    name: str
    span: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One member of a registration: its values ("" and none where any text goes), its default, the rules it keeps."""

    name: str
    choices: tuple[str, ...]
    default: str
    required: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePage(DeveloperPage):
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
    redirect_rules: tuple[str, ...]
    members: tuple[MemberRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSample:
    """The code of one stack, with our addresses in it."""

    stack: Stack
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage(DeveloperPage):
    """Code for every stack."""

    template: ClassVar[str] = "developers/code.html"
    part: ClassVar[DeveloperPart] = "code"
    samples: tuple[CodeSample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """One code: where its texts are, and how it is told."""

    key: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFamily:
    """The codes of one who answers."""

    name: str
    rows: tuple[ErrorRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsPage(DeveloperPage):
    """Every code that the provider can answer with; refusals and problems that carry texts of their own beside them."""

    template: ClassVar[str] = "developers/errors.html"
    part: ClassVar[DeveloperPart] = "errors"
    families: tuple[ErrorFamily, ...]
    dialect: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, int], ...]
    page_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInspectorPage(DeveloperPage):
    """A field for a token; a script of ours does the rest in the browser."""

    template: ClassVar[str] = "developers/token_inspector.html"
    part: ClassVar[DeveloperPart] = "token-inspector"
    issuer: str
    jwks_url: str
    texts: tuple[str, ...]
