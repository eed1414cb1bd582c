"""What userinfo and ID tokens tell of a person: the claims of the scopes, and those that were asked for one by one."""

from collections.abc import Mapping
from datetime import datetime

import orjson
from msgspec import Struct

from clients.model import Client
from idp.account.model import PROFILE_PLACE
from idp.grants.model import Grant, GrantState
from idp.proofing.proof import HeldIdentity
from idp.protocol.claims import claims_for
from idp.protocol.extensions.asked_verified_claims import verified_as_asked
from idp.protocol.extensions.verified_claims import migration_claim, proved_claims
from idp.protocol.policy import PROOF_SCOPES
from idp.protocol.provider import Provider
from idp.protocol.requested_claims import VERIFIED, Place, chosen, granted_at, scopes_of

Profile = Mapping[str, object]


class PersonFacts(Struct, frozen=True):
    """What is read beside a grant, and only where something of it leaves: what a register proved."""

    held: HeldIdentity | None = None


NOBODY = PersonFacts()


class _Person(Struct, frozen=True):
    """Whose claims leave, for which client, and when."""

    provider: Provider
    client: Client
    grant: Grant
    profile: Profile
    held: HeldIdentity | None
    now: datetime


def tells_of_person(client: Client, claims: tuple[str, ...]) -> bool:  # noqa: ARG001
    """Say whether an ID token for this client has more of the person than `sub`."""
    return bool(granted_at(claims, "id_token"))


def reads_proof(scope: tuple[str, ...], claims: tuple[str, ...], place: Place) -> bool:
    """Say whether something leaves that a register proved, which takes a read of its own."""
    return not PROOF_SCOPES.isdisjoint((*scope, *scopes_of(granted_at(claims, place))))


def userinfo_claims(
    provider: Provider, client: Client, state: GrantState, scope: tuple[str, ...], person: PersonFacts, now: datetime
) -> dict[str, object]:
    """Return the claims of the token's scopes (OIDC Core 5.4), and those that were asked for userinfo (5.5)."""
    whose = _whose(provider, client, state.grant, state.profile_sealed, person, now)
    return {**_asked(whose, "userinfo"), **_of_scopes(whose, scope)}


def id_token_claims(
    provider: Provider, client: Client, grant: Grant, profile_sealed: bytes | None, person: PersonFacts, now: datetime
) -> dict[str, object]:
    """Return what an ID token tells of the person: what was asked for it by name, and nothing else (OIDC Core 5.5)."""
    if profile_sealed is None or not tells_of_person(client, grant.claims):
        return {}
    return _asked(_whose(provider, client, grant, profile_sealed, person, now), "id_token")


def _whose(
    provider: Provider, client: Client, grant: Grant, profile_sealed: bytes, person: PersonFacts, now: datetime
) -> _Person:
    profile: Profile = orjson.loads(provider.sealer.open(profile_sealed, PROFILE_PLACE.of(grant.person_id)))
    return _Person(provider, client, grant, profile, person.held, now)


def _asked(whose: _Person, place: Place) -> dict[str, object]:
    granted, key = granted_at(whose.grant.claims, place), whose.provider.token_hash
    if not granted:
        return {}
    had = _of_scopes(whose, scopes_of(granted))
    verified = had.pop(VERIFIED, None)
    found = chosen(key, granted, had)
    if whose.held is not None and isinstance(verified, dict):
        found |= verified_as_asked(key, granted, verified, whose.held, whose.now)
    return found


def _of_scopes(whose: _Person, scope: tuple[str, ...]) -> dict[str, object]:
    provider, client, held = whose.provider, whose.client, whose.held
    found = {
        **claims_for(scope, whose.profile),
        **migration_claim(provider, client, scope, whose.grant.known_as, held),
    }
    return found if held is None else found | proved_claims(provider, client, scope, held, whose.profile, whose.now)
