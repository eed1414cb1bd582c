"""Reads grants with everything that could have ended them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from clients.model import ClientId
from idp.adapters.sql.engine.instants import from_micros, from_words, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import lookup
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.officers.standing import may_act
from idp.grants.model import Grant, GrantLife, GrantState, RefreshFamily
from idp.kernel.ids import AccountId, GrantId, MandateId, PersonId, SessionId


class _StateRow(NamedTuple):
    """The columns of `_STATE`, in its order."""

    grant_id: GrantId
    code_hash: bytes
    client_id: ClientId
    session_id: SessionId
    person_id: PersonId
    account_id: AccountId
    scope: str
    nonce: str | None
    auth_time: int
    acr: str
    amr: str
    offline: bool
    created_at: int
    expires_at: int
    mandate_id: MandateId | None
    acting_sealed: bytes | None
    subject_id: PersonId | None
    dpop_jkt: str | None
    claims: str
    resources: str
    details_sealed: bytes | None
    head_hash: bytes | None
    previous_hash: bytes | None
    successor_sealed: bytes | None
    generation: int
    rotated_at: int
    alive: bool
    token_revoked: bool
    profile_sealed: bytes


# What "alive" and "revoked" mean stands once; both lookups ask for it.
_LIFE_COLUMNS = f"""
        g.revoked_at IS NULL AND g.expires_at > asked.now AND a.status = 'open' AND {may_act("a", "asked.now")}
            AND (g.offline OR COALESCE(s.ended_at IS NULL AND s.expires_at > asked.now
                 AND (s.idle_until > asked.now OR NOT s.shared_computer), FALSE)),
        t.jti IS NOT NULL
"""
_LIFE_JOINS = """
        JOIN accounts a ON a.person_id = g.person_id AND a.account_id = g.account_id
        LEFT JOIN sessions s ON s.person_id = g.person_id AND s.session_id = g.session_id
        LEFT JOIN revoked_tokens t ON t.jti = asked.jti
"""
_FOUND_BY_ID = ("grants", "g", "g.grant_id = asked.grant_id")

_STATE = lookup(
    ("grant_id", "jti", "now"),
    f"""
        g.grant_id, g.code_hash, g.client_id, g.session_id, g.person_id, g.account_id, g.scope, g.nonce, g.auth_time,
        g.acr, g.amr, g.offline, g.created_at, g.expires_at, g.mandate_id, g.acting_sealed, g.subject_id,
        g.dpop_jkt, g.claims, g.resources, g.details_sealed,
        f.head_hash, f.previous_hash, f.successor_sealed, f.generation, f.rotated_at, {_LIFE_COLUMNS}, p.profile_sealed
    """,
    first=_FOUND_BY_ID,
    joins=f"""{_LIFE_JOINS}
        JOIN persons p ON p.person_id = g.person_id
        LEFT JOIN refresh_families f ON f.person_id = g.person_id AND f.grant_id = g.grant_id
    """,
)

_LIFE = lookup(("grant_id", "jti", "now"), f"{_LIFE_COLUMNS}, g.client_id", first=_FOUND_BY_ID, joins=_LIFE_JOINS)

_REVOKED = lookup(("jti",), "1", first=("revoked_tokens", "t", "t.jti = asked.jti"))


_CLIENTS_OF = statement("""
    SELECT client_id FROM grants WHERE person_id = :person_id AND session_id = :session_id
    GROUP BY client_id ORDER BY MAX(created_at) DESC, client_id LIMIT :limit
""")


class SqlGrants:
    """Implements `idp.grants.ports.GrantReader` and `SessionClients`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        """Return a grant as it stands, with its family; None if unknown."""
        row = await self._engine.look_up(_STATE, (grant_id, jti, to_micros(now)))
        return None if row is None else _state(_StateRow._make(row))

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> GrantLife | None:
        """Say whether a grant and one access token of it stand."""
        row = await self._engine.look_up(_LIFE, (grant_id, jti, to_micros(now)))
        if row is None:
            return None
        return GrantLife(alive=bool(row[0]), token_revoked=bool(row[1]), client_id=ClientId(str(row[2])))

    async def token_revoked(self, jti: str) -> bool:
        """Say whether one access token was revoked."""
        return await self._engine.look_up(_REVOKED, (jti,)) is not None

    async def clients_of(self, person_id: PersonId, session_id: SessionId, limit: int) -> Sequence[ClientId]:
        """Return the clients that got tokens in a session, the one that got some last first."""
        asked: dict[str, str | int] = {"person_id": person_id, "session_id": session_id, "limit": limit}
        return [ClientId(str(client_id)) for (client_id,) in await self._engine.read(_CLIENTS_OF, asked)]


def _state(row: _StateRow) -> GrantState:
    return GrantState(
        grant=_grant(row),
        family=None if row.head_hash is None else _family(row, row.head_hash),
        alive=bool(row.alive),
        token_revoked=bool(row.token_revoked),
        profile_sealed=row.profile_sealed,
    )


def _grant(row: _StateRow) -> Grant:
    return Grant(
        id=row.grant_id,
        code_hash=row.code_hash,
        client_id=row.client_id,
        session_id=row.session_id,
        person_id=row.person_id,
        account_id=row.account_id,
        scope=from_words(row.scope),
        nonce=row.nonce,
        auth_time=from_micros(row.auth_time),
        acr=row.acr,
        amr=from_words(row.amr),
        offline=bool(row.offline),
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
        mandate_id=row.mandate_id,
        acting_sealed=row.acting_sealed,
        subject_id=row.subject_id,
        dpop_jkt=row.dpop_jkt,
        claims=from_words(row.claims),
        resources=from_words(row.resources),
        details_sealed=row.details_sealed,
    )


def _family(row: _StateRow, head_hash: bytes) -> RefreshFamily:
    return RefreshFamily(
        grant_id=row.grant_id,
        person_id=row.person_id,
        head_hash=head_hash,
        previous_hash=row.previous_hash,
        successor_sealed=row.successor_sealed,
        generation=row.generation,
        rotated_at=from_micros(row.rotated_at),
    )
