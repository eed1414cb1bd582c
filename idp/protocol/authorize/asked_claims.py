"""What a client gets of claims that it asks for one by one: no more than its registration allows (OIDC Core 5.5)."""

from collections.abc import Iterator

from msgspec import Struct

from clients.model import Client
from idp.protocol.authorize.claims_parameter import (
    ClaimsAt,
    ClaimsParameter,
    ClaimsRefusedError,
    Demand,
    parse_claims,
)
from idp.protocol.errors import INVALID_SCOPE, UNMET_AUTHENTICATION_REQUIREMENTS
from idp.protocol.extensions.asked_verified_claims import asked_verified
from idp.protocol.policy import GOVERNED_SCOPES
from idp.protocol.provider import Provider
from idp.protocol.requested_claims import SCOPE_OF_CLAIM, VERIFIED, GrantedClaim, Place, digest_of
from idp.protocol.stated_purposes import StatedPurpose, stated_purposes
from idp.sign_in.levels import acr_values

MAX_SUBJECT = 255


class AskedClaims(Struct, frozen=True):
    """A `claims` parameter, judged. `granted` is kept by code and grant, the rest decides on the sign-in."""

    granted: tuple[str, ...] = ()
    # The level must be one of these (5.5.1.1), or it would be nice if it were.
    essential_acr: tuple[str, ...] = ()
    voluntary_acr: tuple[str, ...] = ()
    # Whom the request is about (5.5.1).
    subject: str | None = None
    # What the client says that single claims are for.
    purposes: tuple[StatedPurpose, ...] = ()
    # OIDC Core 2: the ID token tells `auth_time`.
    auth_time: bool = False


def judge_claims(provider: Provider, client: Client, text: str) -> AskedClaims:
    """Return what is granted; raises `ClaimsRefusedError`."""
    asked = parse_claims(text)
    acr = asked.id_token.plain.get("acr", Demand())
    levels = tuple(_text(value, "acr") for value in acr.values)
    granted = tuple(_granted(provider, client, asked))
    return AskedClaims(
        granted=tuple(one.word() for one in granted),
        essential_acr=_within_reach(levels) if acr.essential else (),
        voluntary_acr=() if acr.essential else levels,
        subject=_subject(asked),
        purposes=stated_purposes(granted),
        auth_time="auth_time" in asked.id_token.plain,
    )


def _granted(provider: Provider, client: Client, asked: ClaimsParameter) -> Iterator[GrantedClaim]:
    yield from _granted_at(provider, client, "userinfo", asked.userinfo)
    yield from _granted_at(provider, client, "id_token", asked.id_token)


def _granted_at(provider: Provider, client: Client, place: Place, asked: ClaimsAt) -> Iterator[GrantedClaim]:
    for name, demand in asked.plain.items():
        if _may_have(client, name):
            digests = tuple(digest_of(provider.token_hash, name, value) for value in demand.values)
            yield GrantedClaim(place, name, digests, demand.purpose)
    if asked.verified is not None and _may_have(client, VERIFIED):
        yield from asked_verified(provider.token_hash, place, asked.verified)


def _may_have(client: Client, name: str) -> bool:
    """Say whether the client registered the scope of a claim; what it did not is left out (OIDC Core 5.5).

    A governed claim is never passed over in silence: who is not allowed it is told so, as for its scope.
    """
    scope = SCOPE_OF_CLAIM.get(name)
    if scope in GOVERNED_SCOPES and scope not in client.governed_claims:
        raise ClaimsRefusedError(f"This client is not allowed the governed claim {name}.", INVALID_SCOPE)
    return scope is not None and scope in client.scope


def _within_reach(levels: tuple[str, ...]) -> tuple[str, ...]:
    """OIDC Core 5.5.1.1: what cannot be met at all is a failed sign-in, not a lower level."""
    known = tuple(level for level in levels if level in acr_values())
    if levels and not known:
        raise ClaimsRefusedError(
            "No account reaches a level that 'claims' insists on.", UNMET_AUTHENTICATION_REQUIREMENTS
        )
    return known


def _subject(asked: ClaimsParameter) -> str | None:
    """OIDC Core 5.5.1: `sub` with a value says whom the request is about, as a hint does."""
    values = {
        _text(value, "sub")
        for place in (asked.userinfo, asked.id_token)
        for value in place.plain.get("sub", Demand()).values
    }
    if len(values) > 1:
        raise ClaimsRefusedError("'claims' names more than one person.")
    return next(iter(values), None)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SUBJECT:
        raise ClaimsRefusedError(f"A value of {name} in 'claims' is no text.")
    return value
