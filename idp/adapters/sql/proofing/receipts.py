"""Reads the receipts of the registers."""

from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import statement
from idp.kernel.ids import PersonId
from idp.proofing.proof import StoredReceipt


class _ReceiptRow(NamedTuple):
    """The columns that `_OF_PERSON` reads, in its order."""

    receipt_id: str
    register: str
    purpose: str
    actor: str
    verdict: str
    request_id: str
    at: int
    receipt: str


# More than a lifetime of yearly checks; the newest are the ones that count.
_OF_PERSON = statement("""
    SELECT receipt_id, register, purpose, actor, verdict, request_id, at, receipt FROM receipts
    WHERE person_id = :person_id ORDER BY receipt_id DESC LIMIT 200
""")


class SqlReceipts:
    """Implements `idp.proofing.proof_ports.Receipts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_person(self, person_id: PersonId) -> list[StoredReceipt]:
        """Return a person's receipts, the newest first."""
        rows = await self._engine.read(_OF_PERSON, {"person_id": person_id})
        return [_receipt(_ReceiptRow._make(row)) for row in rows]


def _receipt(row: _ReceiptRow) -> StoredReceipt:
    return StoredReceipt(
        id=row.receipt_id,
        register=row.register,
        purpose=row.purpose,
        actor=row.actor,
        verdict=row.verdict,
        request_id=row.request_id,
        at=from_micros(row.at),
        text=row.receipt,
    )
