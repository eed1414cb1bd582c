"""`verified_claims` in the `claims` parameter (OpenID Identity Assurance 6), as far as one register can answer."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from idp.kernel.secrets import HashKey
from idp.proofing.proof import HeldIdentity
from idp.protocol.authorize.claims_parameter import ClaimsRefusedError, read_demand, read_object
from idp.protocol.extensions.verified_claims import TRUST_FRAMEWORK, VERIFIABLE
from idp.protocol.requested_claims import OLDEST, VERIFIED, GrantedClaim, Place, chosen, digest_of

_LONGEST = 10**9


def asked_verified(key: HashKey, place: Place, asked: object) -> Iterator[GrantedClaim]:
    """Yield the claims of the first request that can be fulfilled; none where none can (OpenID Identity Assurance 6).

    Raises `ClaimsRefusedError` for what has not the form of a request.
    """
    requests = asked if isinstance(asked, list) else [asked]
    read = [_read(key, place, read_object(request)) for request in requests]
    yield from next((granted for granted in read if granted), ())


def _read(key: HashKey, place: Place, request: Mapping[str, object]) -> tuple[GrantedClaim, ...]:
    verification, claims = read_object(request.get("verification")), read_object(request.get("claims"))
    if "trust_framework" not in verification or not claims:
        raise ClaimsRefusedError("'verified_claims' needs a trust_framework and claims.")
    demands = {name: read_demand(demand) for name, demand in claims.items()}
    oldest = _oldest(verification)
    if not _can_be_met(verification):
        return ()
    granted = tuple(
        GrantedClaim(
            place,
            f"{VERIFIED}.{name}",
            tuple(digest_of(key, f"{VERIFIED}.{name}", value) for value in demand.values),
            demand.purpose,
        )
        for name, demand in demands.items()
        if name in VERIFIABLE
    )
    limit = (GrantedClaim(place, OLDEST, (str(oldest),)),) if oldest is not None and granted else ()
    return granted + limit


def _oldest(verification: Mapping[str, object]) -> int | None:
    """Return the greatest age of a verification in seconds; None where any will do."""
    time = verification.get("time")
    oldest = read_object(time).get("max_age") if time is not None else None
    if oldest is None:
        return None
    if isinstance(oldest, bool) or not isinstance(oldest, int) or not 0 <= oldest <= _LONGEST:
        raise ClaimsRefusedError("'max_age' in 'verified_claims' is no number of seconds.")
    return oldest


def _can_be_met(verification: Mapping[str, object]) -> bool:
    """Say whether nothing is insisted on but the one framework: what else there is depends on the person's proof."""
    framework = read_demand(verification["trust_framework"]).values
    others = {name: member for name, member in verification.items() if name not in {"trust_framework", "time"}}
    return (not framework or TRUST_FRAMEWORK in framework) and not _insists(others)


def _insists(member: object) -> bool:
    if isinstance(member, list):
        return any(_insists(inner) for inner in member)
    if not isinstance(member, dict):
        return False
    return not {"value", "values", "max_age"}.isdisjoint(member) or any(_insists(inner) for inner in member.values())


def verified_as_asked(
    key: HashKey, granted: tuple[GrantedClaim, ...], proved: Mapping[str, object], held: HeldIdentity, now: datetime
) -> dict[str, object]:
    """Return `verified_claims` with what was asked for alone; nothing where none of it is there, or it is too old.

    `proved` is the whole claim as the scope releases it.
    """
    asked = [one for one in granted if one.claim == VERIFIED and one.name != OLDEST]
    limits = [int(one.digests[0]) for one in granted if one.name == OLDEST]
    claims = proved.get("claims")
    if not isinstance(claims, dict) or not all(_is_young(held, now, limit) for limit in limits):
        return {}
    had = {f"{VERIFIED}.{name}": value for name, value in claims.items()}
    found = {name.partition(".")[2]: value for name, value in chosen(key, asked, had).items()}
    return {VERIFIED: {**proved, "claims": found}} if found else {}


def _is_young(held: HeldIdentity, now: datetime, limit: int) -> bool:
    return held.proved_at is not None and now - held.proved_at <= timedelta(seconds=limit)
