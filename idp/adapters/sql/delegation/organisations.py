"""Reads organisations."""

from typing import NamedTuple

from idp.account.model import ProofState
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.delegation.model import Organisation
from idp.kernel.ids import OrganisationId


class _OrganisationRow(NamedTuple):
    """The columns of `_SELECT`, in their order."""

    organisation_id: OrganisationId
    proof: str
    proved_at: int | None
    created_at: int
    facts_sealed: bytes


_SELECT = "SELECT o.organisation_id, o.proof, o.proved_at, o.created_at, o.facts_sealed FROM organisations o WHERE"
_BY_ID = statement(f"{_SELECT} o.organisation_id = :organisation_id")
_BY_CODE = statement(f"{_SELECT} o.code_index = :code_index")


class SqlOrganisations:
    """Implements `idp.delegation.ports.OrganisationReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def by_id(self, organisation_id: OrganisationId) -> Organisation | None:
        """Return an organisation."""
        return await self._first(_BY_ID, {"organisation_id": organisation_id})

    async def by_code(self, code_index: bytes) -> Organisation | None:
        """Return the organisation whose code has this index."""
        return await self._first(_BY_CODE, {"code_index": code_index})

    async def _first(self, asked: Statement, parameters: Parameters) -> Organisation | None:
        found = await self._all(asked, parameters)
        return found[0] if found else None

    async def _all(self, asked: Statement, parameters: Parameters) -> list[Organisation]:
        return [_organisation(row) for row in await self._engine.read(asked, parameters)]


def _organisation(found: Row) -> Organisation:
    row = _OrganisationRow._make(found)
    return Organisation(
        id=row.organisation_id,
        proof=ProofState(row.proof),
        proved_at=from_micros_or_none(row.proved_at),
        created_at=from_micros(row.created_at),
        facts_sealed=bytes(row.facts_sealed),
    )
