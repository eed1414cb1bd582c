"""The pages of portal teams. Names and values are those of the running provider; only what they mean is a text."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from idp.web.pages.base import Page
from idp.web.pages.sign_in import ClaimKey

DeveloperPart = Literal["home", "reference"]
PART_PATHS: dict[DeveloperPart, str] = {
    "home": "/developers",
    "reference": "/developers/reference",
}


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
