"""Reads what waits for a person, and who a number belonged to before its account was closed."""

from datetime import datetime

from idp.account.closing_effects import FormerPerson
from idp.account.own_account import Standing
from idp.adapters.sql.account.account_rows import evidence_of
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.kernel.ids import AccountId, PersonId

_STANDING = statement("""
    SELECT
        (SELECT count(*) FROM notices
         WHERE person_id = :person_id AND account_id = :account_id AND read_at IS NULL),
        (SELECT count(*) FROM approvals
         WHERE person_id = :person_id AND account_id = :account_id AND answered_at IS NULL AND expires_at > :now)
""")
# A number that the register took from a person also has an end, but its account was not closed then. A ward has none.
_FORMER = statement("""
    SELECT i.person_id, a.imported_at, a.evidence_kind, a.evidence_at, a.evidence_source FROM identifiers i
    LEFT JOIN accounts a ON a.person_id = i.person_id AND a.account_id = i.account_id
    WHERE i.blind_index = :blind_index AND i.valid_to IS NOT NULL
      AND (a.status IS NULL OR a.status = 'closed' AND (a.proof = 'proved' OR a.proved_at IS NOT NULL))
      AND NOT EXISTS (SELECT 1 FROM identifiers o WHERE o.blind_index = :blind_index AND o.valid_to IS NULL)
    ORDER BY i.valid_to DESC LIMIT 1
""")
_BEARS_TECH_ID = statement("SELECT 1 FROM tech_ids WHERE person_id = :person_id")


class SqlOwnAccount:
    """Implements `idp.account.own_account.StandingReader` and `idp.account.closing_effects.FormerPersons`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def standing_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Standing:
        """Return what waits for the person."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        ((unread, approvals),) = await self._engine.read(_STANDING, asked)
        return Standing(int(str(unread)), int(str(approvals)))

    async def known_to_portals(self, person_id: PersonId) -> bool:
        """Say whether portals of before know a person by a TechID."""
        return bool(await self._engine.read(_BEARS_TECH_ID, {"person_id": person_id}))

    async def former_person(self, number_index: bytes) -> FormerPerson | None:
        """Return the person who closed their account under this number, or never had one, if it leads to none now."""
        rows = await self._engine.read(_FORMER, {"blind_index": number_index})
        found = (
            FormerPerson(PersonId(str(person_id)), evidence_of(*shown), imported=imported_at is not None)
            for person_id, imported_at, *shown in rows
        )
        return next(found, None)
