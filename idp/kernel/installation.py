"""What a database is for: one issuer, or a demonstration on this machine. Written once, compared at every start."""

from datetime import datetime
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.errors import IdpError

# What every secret begins with that stands in this repository for everybody to read.
PUBLIC_SECRET = "demo-only-"  # noqa: S105 (the mark of what is no secret)


class InstallationError(IdpError):
    """The settings and the database are not of one installation; the text is one line that says what to do."""


class Installation(Struct, frozen=True):
    """The issuer that a database belongs to, "" while none has opened it; since when it has demonstration people."""

    issuer: str
    demonstration_since: datetime | None = None


class ChangeIssuer(Effect):
    """Give the database to another issuer. Too late if it changed meanwhile, or has demonstration people."""

    previous: str
    issuer: str
    claim: ClassVar[bool] = True


class InstallationStore(Protocol):
    """Keeps the one installation of a database."""

    async def load(self) -> Installation | None:
        """Return what the database is for; None while nobody said."""

    async def settle(self, issuer: str) -> None:
        """Keep the issuer if there is none yet; of two processes that start at once, one is first."""

    async def mark_demonstration(self, issuer: str, at: datetime) -> bool:
        """Keep that there are demonstration people; False where the issuer is another one by now."""


def is_local(issuer: str) -> bool:
    """Say whether a provider is on this machine alone: a rehearsal, with portals beside it."""
    return urlsplit(issuer).hostname in {"localhost", "127.0.0.1", "::1"}


def mismatch(installation: Installation, issuer: str) -> str:
    """Return in one line why this issuer may not open the database, and what to do; "" where it may.

    The issuer is in every token and what passkeys are made for (OIDC Core 2). On this machine alone ports come and go.
    """
    if installation.demonstration_since is not None and not is_local(issuer):
        return (
            f"IDP_ISSUER: {issuer} is not on this machine, and this database has demonstration people or secrets that "
            "everybody knows; prepare a new database for it"
        )
    stored = installation.issuer
    if not stored or stored == issuer or (is_local(stored) and is_local(issuer)):
        return ""
    return (
        f"IDP_ISSUER: is {issuer}, but this database belongs to {stored}; correct the variable or IDP_DATABASE_URL. "
        "A move on purpose: stop the servers, `idp issuer change` under the old issuer"
    )


async def settle(store: InstallationStore, issuer: str) -> None:
    """Compare the issuer with the database's, which gets it at the first start; raise `InstallationError`."""
    known = await store.load()
    if known is None or not known.issuer:
        refuse_other(known or Installation(""), issuer)
        await store.settle(issuer)
        known = await store.load()
    refuse_other(known or Installation(""), issuer)


def refuse_other(installation: Installation, issuer: str) -> None:
    """Raise `InstallationError` where this issuer may not open the database."""
    wrong = mismatch(installation, issuer)
    if wrong:
        raise InstallationError(wrong)
