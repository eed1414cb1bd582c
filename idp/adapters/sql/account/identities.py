"""Reads what accounts hold of identities, and how far the registers' feeds have been applied."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from clients.model import ClientId
from idp.account.model import AccountKind, ProofState
from idp.adapters.sql.account.account_rows import evidence_of
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import lookup
from idp.adapters.sql.engine.statements import Parameters, Step, statement
from idp.adapters.sql.proofing.writes import PROVED_BEFORE
from idp.admin.infrastructure.ports import FeedPosition
from idp.kernel.ids import AccountId, PersonId
from idp.proofing.proof import HeldIdentity
from idp.proofing.proof_ports import FormerHolder, PersonIdentity


class _HeldRow(NamedTuple):
    """The columns that `_HELD` reads, in its order."""

    number_sealed: bytes
    profile_sealed: bytes
    proof: str
    proved_at: int | None
    receipt_id: str | None
    tech_id_sealed: bytes | None
    account_kind: str
    evidence_kind: str | None
    evidence_at: int | None
    evidence_source: str | None


class _FormerRow(NamedTuple):
    """The columns of `_WITHOUT_ACCOUNT`, in their order."""

    person_id: PersonId
    account_id: AccountId
    profile_sealed: bytes
    status: str | None


_HELD = lookup(
    ("person_id", "account_id", "subject_id"),
    """
        i.sealed, p.profile_sealed, a.proof, a.proved_at,
        (SELECT MAX(r.receipt_id) FROM receipts r
         WHERE r.person_id = a.person_id AND r.verdict IN ('identical', 'same')),
        t.sealed,
        a.account_kind, a.evidence_kind, a.evidence_at, a.evidence_source
    """,
    first=("accounts", "a", "a.person_id = asked.person_id AND a.account_id = asked.account_id"),
    joins="""
        JOIN persons p ON p.person_id = a.person_id
        JOIN identifiers i ON i.person_id = a.person_id AND i.account_id = a.account_id AND i.valid_to IS NULL
        LEFT JOIN tech_ids t ON t.person_id = asked.subject_id
    """,
)
_PROVED_BEFORE = statement("""
    SELECT a.person_id, a.account_id FROM accounts a
    WHERE a.proof = 'proved' AND a.proved_at < :until AND a.status <> 'closed'
      AND NOT EXISTS (
        SELECT 1 FROM register_jobs j
        WHERE j.person_id = a.person_id AND j.account_id = a.account_id AND j.finished_at IS NULL)
    ORDER BY a.proved_at LIMIT :limit
""")
_BY_DATA_ALONE = statement("""
    SELECT person_id, account_id FROM accounts
    WHERE proof = 'proved' AND evidence_kind IS NULL AND account_kind = 'citizen' AND status <> 'closed'
    LIMIT :limit
""")
_EARLIER = statement(
    f"SELECT 1 FROM accounts WHERE person_id = :person_id AND account_id = :account_id AND {PROVED_BEFORE}"  # noqa: S608
)
_CLIENTS = statement("""
    SELECT DISTINCT g.client_id, COALESCE(g.subject_id, g.person_id) AS subject_id FROM (
        SELECT :person_id AS person_id
        UNION ALL SELECT m.merged_person_id FROM merges m WHERE m.person_id = :person_id AND m.undone_at IS NULL) whose
    JOIN grants g ON g.person_id = whose.person_id
    ORDER BY 1, 2
""")
_HELD_BY_ANOTHER = statement("""
    SELECT 1 FROM identifiers WHERE blind_index = :blind_index AND person_id <> :person_id LIMIT 1
""")
_OF_PERSON = statement("""
    SELECT i.sealed, p.profile_sealed FROM identifiers i JOIN persons p ON p.person_id = i.person_id
    WHERE i.person_id = :person_id
    ORDER BY CASE WHEN i.valid_to IS NULL THEN 0 ELSE 1 END, i.valid_from DESC LIMIT 1
""")
# Of a person who closed several accounts the newest: one person, one row.
_WITHOUT_ACCOUNT = statement("""
    SELECT i.person_id, MAX(i.account_id), p.profile_sealed, MAX(a.status) FROM identifiers i
    JOIN persons p ON p.person_id = i.person_id
    LEFT JOIN accounts a ON a.person_id = i.person_id AND a.account_id = i.account_id
    WHERE i.blind_index = :blind_index AND i.valid_to IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.person_id = i.person_id AND o.status <> 'closed')
    GROUP BY i.person_id, p.profile_sealed ORDER BY i.person_id
""")
_APPLIED = lookup(
    ("purpose", "value_hash"),
    "1",
    first=("used_once", "u", "u.purpose = asked.purpose AND u.value_hash = asked.value_hash"),
)

_BEGIN = statement("INSERT INTO feed_positions (feed, cursor, at) VALUES (:feed, '', 0) ON CONFLICT DO NOTHING")
# `at` is when the feed may be read next: a lease is a later time, as in the outbox.
_LEASE = statement("UPDATE feed_positions SET at = :until WHERE feed = :feed AND at <= :now RETURNING cursor")
_ADVANCE = statement("UPDATE feed_positions SET cursor = :cursor, at = :at WHERE feed = :feed AND cursor = :before")
_POSITION = statement("SELECT cursor, at FROM feed_positions WHERE feed = :feed")


class _PositionRow(NamedTuple):
    """The columns of `_POSITION`."""

    cursor: str
    at: int


class SqlIdentities:
    """Implements `idp.proofing.proof_ports.Identities` and `idp.proofing.earlier_proof.EarlierProofReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def came_proved(self, person_id: PersonId, account_id: AccountId) -> bool:
        """Say whether another system proved the account, which has no evidence yet and the phone of then."""
        return bool(await self._engine.read(_EARLIER, {"person_id": person_id, "account_id": account_id}))

    async def of_account(
        self, person_id: PersonId, account_id: AccountId, known_as: PersonId | None = None
    ) -> HeldIdentity | None:
        """Return the identity behind an account, with the TechID of the person that the asking client knows."""
        found = await self._engine.look_up(_HELD, (person_id, account_id, known_as or person_id))
        if found is None:
            return None
        row = _HeldRow._make(found)
        proved_at = from_micros_or_none(row.proved_at)
        return HeldIdentity(
            person_id=person_id,
            number_sealed=row.number_sealed,
            profile_sealed=row.profile_sealed,
            proof=ProofState(row.proof),
            proved_at=proved_at,
            receipt_id=row.receipt_id,
            tech_id_sealed=row.tech_id_sealed,
            kind=AccountKind(row.account_kind),
            evidence=evidence_of(row.evidence_kind, row.evidence_at, row.evidence_source),
        )

    async def proved_before(self, instant: datetime, limit: int) -> list[tuple[PersonId, AccountId]]:
        """Return (person id, account id) of open accounts whose proof is older and which no job waits for."""
        rows = await self._engine.read(_PROVED_BEFORE, {"until": to_micros(instant), "limit": limit})
        return [(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows]

    async def proved_by_data_alone(self, limit: int) -> list[tuple[PersonId, AccountId]]:
        """Return (person id, account id) of citizens' open accounts that are proved without evidence."""
        rows = await self._engine.read(_BY_DATA_ALONE, {"limit": limit})
        return [(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows]

    async def clients_of(self, person_id: PersonId) -> list[tuple[ClientId, PersonId]]:
        """Return (client id, whose subject it knows) of the clients that ever got a token about a person."""
        rows = await self._engine.read(_CLIENTS, {"person_id": person_id})
        return [(ClientId(str(client_id)), PersonId(str(known_as))) for client_id, known_as in rows]

    async def of_person(self, person_id: PersonId) -> PersonIdentity | None:
        """Return who a person is, whether they have an account or not."""
        rows = await self._engine.read(_OF_PERSON, {"person_id": person_id})
        return next((PersonIdentity(*map(_bytes, row)) for row in rows), None)

    async def without_account(self, number_index: bytes) -> Sequence[FormerHolder]:
        """Return the persons to whom a number once led, and who have no open account under any number now."""
        rows = await self._engine.read(_WITHOUT_ACCOUNT, {"blind_index": number_index})
        found = map(_FormerRow._make, rows)
        return [
            FormerHolder(row.person_id, row.account_id, bytes(row.profile_sealed), bool(row.status)) for row in found
        ]

    async def held_by_another(self, number_index: bytes, person_id: PersonId) -> bool:
        """Say whether a number leads, or once led, to another person."""
        asked: Parameters = {"blind_index": number_index, "person_id": person_id}
        return bool(await self._engine.read(_HELD_BY_ANOTHER, asked))

    async def applied(self, purpose: str, value_hash: bytes) -> bool:
        """Say whether a value was used once for a purpose."""
        return await self._engine.look_up(_APPLIED, (purpose, value_hash)) is not None


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


class SqlFeedPositions:
    """Implements `idp.proofing.proof_ports.FeedPositions` and `idp.admin.infrastructure.ports.FeedReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def lease(self, feed: str, now: datetime, until: datetime) -> str | None:
        """Return the cursor of a feed that is due, "" for the beginning; nobody else gets it before `until`."""
        leasing = Step(_LEASE, {"feed": feed, "now": to_micros(now), "until": to_micros(until)})
        rows = await self._engine.apply([Step(_BEGIN, {"feed": feed}), leasing])
        return str(rows[0][0]) if rows else None

    async def position(self, feed: str) -> FeedPosition | None:
        """Return how far a feed has been applied; None where it was never read."""
        rows = await self._engine.read(_POSITION, {"feed": feed})
        return next((FeedPosition(row.cursor, from_micros(row.at)) for row in map(_PositionRow._make, rows)), None)

    async def advance(self, feed: str, before: str, cursor: str, due_at: datetime) -> None:
        """Write down the next cursor and when to read on; nothing if somebody else has moved it."""
        await self._engine.apply(
            [Step(_ADVANCE, {"feed": feed, "before": before, "cursor": cursor, "at": to_micros(due_at)})]
        )
