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
from idp.protocol.policy import PROOF_SCOPES, ROLE_CLAIMS
from idp.protocol.provider import Provider
from idp.protocol.requested_claims import VERIFIED, Place, chosen, granted_at, scopes_of

Profile = Mapping[str, object]


class PersonFacts(Struct, frozen=True):
    """What is read beside a grant, and only where it leaves: what a register proved, an officer's roles."""

    held: HeldIdentity | None = None
    # Those that the client may be told of.
    roles: tuple[str, ...] = ()


NOBODY = PersonFacts()


class PersonSource(Struct, frozen=True):
    """What an ID token is made of: the profile, None where none was kept, and what was read beside it."""

    profile_sealed: bytes | None
    person: PersonFacts


class _Person(Struct, frozen=True):
    """Whose claims leave, for which client, and when."""

    provider: Provider
    client: Client
    grant: Grant
    profile: Profile
    facts: PersonFacts
    now: datetime


def tells_of_person(client: Client, claims: tuple[str, ...]) -> bool:
    """Say whether an ID token for this client has more of the person than `sub`."""
    return client.claims_in_id_token or bool(granted_at(claims, "id_token"))


def reads_proof(scope: tuple[str, ...], claims: tuple[str, ...], place: Place) -> bool:
    """Say whether something leaves that a register proved, which takes a read of its own.

    Into an ID token it comes by name only: those are kept and passed on, and a scope is granted for all of them.
    """
    by_scope = scope if place == "userinfo" else ()
    return not PROOF_SCOPES.isdisjoint((*by_scope, *scopes_of(granted_at(claims, place))))


def reads_roles(client: Client, scope: tuple[str, ...], claims: tuple[str, ...], place: Place) -> bool:
    """Say whether the roles of an officer could leave, which takes reads of their own."""
    by_scope = scope if place == "userinfo" or client.claims_in_id_token else ()
    return bool(client.officer_roles) and "officer" in (*by_scope, *scopes_of(granted_at(claims, place)))


def userinfo_claims(
    provider: Provider, client: Client, state: GrantState, scope: tuple[str, ...], person: PersonFacts, now: datetime
) -> dict[str, object]:
    """Return the claims of the token's scopes (OIDC Core 5.4), and those that were asked for userinfo (5.5)."""
    whose = _whose(provider, client, state.grant, state.profile_sealed, person, now)
    return {**_asked(whose, "userinfo"), **_of_scopes(whose, scope)}


def id_token_claims(
    provider: Provider, client: Client, grant: Grant, scope: tuple[str, ...], source: PersonSource, now: datetime
) -> dict[str, object]:
    """Return what an ID token tells of the person: what was asked for it by name, and nothing else (OIDC Core 5.5).

    A client that registered it has the profile claims of the scopes there too; governed and proved ones by name only.
    """
    if source.profile_sealed is None or not tells_of_person(client, grant.claims):
        return {}
    whose = _whose(provider, client, grant, source.profile_sealed, source.person, now)
    by_scope = _profile_claims(whose, scope) if client.claims_in_id_token else {}
    return {**_asked(whose, "id_token"), **by_scope}


def _whose(
    provider: Provider, client: Client, grant: Grant, profile_sealed: bytes, person: PersonFacts, now: datetime
) -> _Person:
    profile: Profile = orjson.loads(provider.sealer.open(profile_sealed, PROFILE_PLACE.of(grant.person_id)))
    return _Person(provider, client, grant, profile, person, now)


def _asked(whose: _Person, place: Place) -> dict[str, object]:
    granted, key = granted_at(whose.grant.claims, place), whose.provider.token_hash
    if not granted:
        return {}
    had = _of_scopes(whose, scopes_of(granted))
    verified = had.pop(VERIFIED, None)
    found = chosen(key, granted, had)
    if whose.facts.held is not None and isinstance(verified, dict):
        found |= verified_as_asked(key, granted, verified, whose.facts.held, whose.now)
    return found


def _of_scopes(whose: _Person, scope: tuple[str, ...]) -> dict[str, object]:
    provider, client, held = whose.provider, whose.client, whose.facts.held
    found = {
        **_profile_claims(whose, scope),
        **migration_claim(provider, client, scope, whose.grant.known_as, held),
    }
    return found if held is None else found | proved_claims(provider, client, scope, held, whose.profile, whose.now)


def _profile_claims(whose: _Person, scope: tuple[str, ...]) -> dict[str, object]:
    roles = whose.facts.roles if "officer" in scope else ()
    return {**claims_for(scope, whose.profile), **{claim: list(roles) for claim in ROLE_CLAIMS if roles}}
