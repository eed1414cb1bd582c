"""An account as it was read with its own names of columns."""

from typing import Protocol

from idp.account.model import Account, AccountKind, AccountStatus, ProofState
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none
from idp.kernel.ids import AccountId, PersonId
from idp.proofing.evidence import Evidence, EvidenceKind


class AccountColumns(Protocol):
    """What a row has of an account, whatever it has besides."""

    @property
    def account_id(self) -> AccountId: ...

    @property
    def person_id(self) -> PersonId: ...

    @property
    def status(self) -> str: ...

    @property
    def proof(self) -> str: ...

    @property
    def locale(self) -> str: ...

    @property
    def created_at(self) -> int: ...

    @property
    def proved_at(self) -> int | None: ...

    @property
    def two_steps(self) -> int: ...

    @property
    def account_kind(self) -> str: ...


def account_of(row: AccountColumns) -> Account:
    """Return the account of a row."""
    return Account(
        id=row.account_id,
        person_id=row.person_id,
        status=AccountStatus(row.status),
        proof=ProofState(row.proof),
        locale=row.locale,
        created_at=from_micros(row.created_at),
        proved_at=from_micros_or_none(row.proved_at),
        two_steps=bool(row.two_steps),
        kind=AccountKind(row.account_kind),
    )


def evidence_of(kind: object, at: object, source: object) -> Evidence | None:
    """Return the evidence of the three columns; None where nothing was shown."""
    if kind is None or not isinstance(at, int):
        return None
    return Evidence(kind=EvidenceKind(str(kind)), at=from_micros(at), source=str(source or ""))
