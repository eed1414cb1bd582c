"""Reads what merging two accounts needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from clients.model import ClientId
from idp.account.merging.model import NUMBER, Belongings, Merge
from idp.account.model import ProofState
from idp.adapters.sql.delegation.reads import MANDATE_COLUMNS, mandate_of
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.delegation.model import Mandate
from idp.kernel.ids import AccountId, MandateId, PersonId

_OF_ACCOUNT = "WHERE person_id = :person_id AND account_id = :account_id"
_ACCOUNT = statement("""
    SELECT a.status, a.locked_for, a.proof, p.profile_sealed,
      EXISTS (SELECT 1 FROM tech_ids t WHERE t.person_id = a.person_id),
      EXISTS (SELECT 1 FROM merges m WHERE m.person_id = a.person_id AND m.undone_at IS NULL)
    FROM accounts a JOIN persons p ON p.person_id = a.person_id
    WHERE a.person_id = :person_id AND a.account_id = :account_id
""")
_IDENTIFIERS = statement(f"SELECT blind_index, valid_to, sealed FROM identifiers {_OF_ACCOUNT} ORDER BY 1")  # noqa: S608
_CONTACTS = statement(f"SELECT kind, blind_index, sealed FROM contacts {_OF_ACCOUNT} ORDER BY 1")  # noqa: S608
_CONSENTS = statement("SELECT client_id, given_at FROM consents WHERE person_id = :person_id ORDER BY 1")
_LINKS = statement(f"SELECT provider, subject_index FROM upstream_links {_OF_ACCOUNT} ORDER BY 1, 2")  # noqa: S608
# All mandates `m` that concern one of two persons. A union, as each part finds its rows by an index of its own: one
# condition of all of them would read the whole table.
OF_BOTH = """m.mandate_id IN (
    SELECT mandate_id FROM mandates WHERE principal_id IN (:person_id, :merged_person_id)
    UNION SELECT mandate_id FROM mandates WHERE actor_id IN (:person_id, :merged_person_id)
    UNION SELECT mandate_id FROM mandates WHERE giver_id IN (:person_id, :merged_person_id)
    UNION SELECT o.mandate_id FROM identifiers i
        JOIN mandates o ON o.actor_index = i.blind_index AND o.accepted_at IS NULL
        WHERE i.person_id IN (:person_id, :merged_person_id)
    UNION SELECT b.mandate_id FROM mandates g JOIN mandates b ON b.given_under = g.mandate_id
        WHERE g.giver_id IN (:person_id, :merged_person_id))
"""
MANDATES_OF_BOTH = statement(f"SELECT {MANDATE_COLUMNS} FROM mandates m WHERE {OF_BOTH} ORDER BY m.mandate_id")  # noqa: S608
# What those hang under, up to the top: others' own, so it is no part of what a merge changes.
ABOVE_THOSE_OF_BOTH = statement(f"""
    WITH RECURSIVE above (mandate_id, given_under) AS (
        SELECT m.mandate_id, m.given_under FROM mandates m WHERE {OF_BOTH}
        UNION SELECT t.mandate_id, t.given_under FROM above a JOIN mandates t ON t.mandate_id = a.given_under)
    SELECT mandate_id, given_under FROM above
""")  # noqa: S608
_ACTED_FOR = statement("""
    SELECT DISTINCT g.client_id FROM mandates m JOIN grants g ON g.mandate_id = m.mandate_id
    WHERE m.principal_id = :person_id ORDER BY 1
""")
_MERGE = statement("""
    SELECT merge_id, person_id, merged_person_id, merged_account_id, before_sealed, done_by, at, undo_until, undone_at
    FROM merges
    WHERE merged_account_id = :merged_account_id
      AND merged_person_id IN (SELECT person_id FROM accounts WHERE account_id = :merged_account_id)
    ORDER BY merge_id DESC LIMIT 1
""")
# The last merge, still standing, that an account was part of since an instant.
_SINCE = statement("""
    SELECT merge_id, person_id, merged_person_id, merged_account_id, before_sealed, done_by, at, undo_until, undone_at
    FROM merges
    WHERE (person_id = :person_id OR merged_account_id = :account_id AND merged_person_id = :person_id)
      AND undone_at IS NULL AND at >= :since
    ORDER BY merge_id DESC LIMIT 1
""")


class _AccountRow(NamedTuple):
    """The columns of `_ACCOUNT`, in their order."""

    status: str
    locked_for: str | None
    proof: str
    profile_sealed: bytes
    has_tech_id: int
    absorbed_others: int


class _MergeRow(NamedTuple):
    """The columns of `_MERGE`, in their order."""

    id: str
    person_id: PersonId
    merged_person_id: PersonId
    merged_account_id: AccountId
    before_sealed: bytes
    done_by: str
    at: int
    undo_until: int
    undone_at: int | None


class SqlMerges:
    """Implements `idp.account.merging.model.MergeReader`; a rare request may cost several round trips."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def belongings(self, person_id: PersonId, account_id: AccountId) -> Belongings | None:
        """Return what an account has."""
        whose: Parameters = {"person_id": person_id, "account_id": account_id}
        found = await self._engine.read(_ACCOUNT, whose)
        if not found:
            return None
        account = _AccountRow._make(found[0])
        contacts = await self._rows(_CONTACTS, whose)
        identifiers = await self._rows(_IDENTIFIERS, whose)
        sealed = {(str(kind), _bytes(index).hex()): _bytes(value) for kind, index, value in contacts}
        sealed |= {(NUMBER, _bytes(index).hex()): _bytes(value) for index, _, value in identifiers}
        return Belongings(
            status=account.status,
            locked_for=account.locked_for,
            proved=account.proof == ProofState.PROVED,
            profile_sealed=bytes(account.profile_sealed),
            identifiers=tuple(
                (_bytes(index).hex(), None if end is None else int(str(end))) for index, end, _ in identifiers
            ),
            contacts=tuple((str(kind), _bytes(index).hex()) for kind, index, _ in contacts),
            consents=tuple((str(client), int(str(at))) for client, at in await self._rows(_CONSENTS, whose)),
            links=tuple((str(provider), _bytes(index).hex()) for provider, index in await self._rows(_LINKS, whose)),
            has_tech_id=bool(account.has_tech_id),
            absorbed_others=bool(account.absorbed_others),
            sealed=sealed,
        )

    async def acted_for_at(self, person_id: PersonId) -> Sequence[ClientId]:
        """Return the clients at which somebody acted for a person: they may know that one by nothing else."""
        return [ClientId(str(row[0])) for row in await self._rows(_ACTED_FOR, {"person_id": person_id})]

    async def mandates(self, person_id: PersonId, other_id: PersonId) -> Sequence[Mandate]:
        """Return all mandates that concern one of two persons, ended ones too, with what was given under theirs."""
        found = await self._rows(MANDATES_OF_BOTH, {"person_id": person_id, "merged_person_id": other_id})
        return [mandate_of(row) for row in found]

    async def above(self, person_id: PersonId, other_id: PersonId) -> Mapping[MandateId, MandateId | None]:
        """Return what each mandate of theirs hangs under, and each of those, up to the top."""
        found = await self._rows(ABOVE_THOSE_OF_BOTH, {"person_id": person_id, "merged_person_id": other_id})
        return {MandateId(str(row[0])): None if row[1] is None else MandateId(str(row[1])) for row in found}

    async def merge(self, merged_account_id: AccountId) -> Merge | None:
        """Return the last merge of an account into another."""
        return _merge(await self._engine.read(_MERGE, {"merged_account_id": merged_account_id}))

    async def merged_since(self, person_id: PersonId, account_id: AccountId, since: datetime) -> Merge | None:
        """Return the last merge, not undone, that an account was part of since an instant, on either side."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "since": to_micros(since)}
        return _merge(await self._engine.read(_SINCE, asked))

    async def _rows(self, asked: Statement, whose: Parameters) -> list[Row]:
        return list(await self._engine.read(asked, whose))


def _merge(rows: Sequence[Row]) -> Merge | None:
    if not rows:
        return None
    row = _MergeRow._make(rows[0])
    return Merge(
        row.id,
        row.person_id,
        row.merged_person_id,
        row.merged_account_id,
        bytes(row.before_sealed),
        row.done_by,
        from_micros(row.at),
        from_micros(row.undo_until),
        from_micros_or_none(row.undone_at),
    )


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""
