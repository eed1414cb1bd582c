"""Reads the links to accounts of upstream providers."""

from collections.abc import Sequence
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, statement
from idp.kernel.ids import AccountId, PersonId
from idp.upstream.link_model import UpstreamLink

_COLUMNS = "person_id, account_id, provider, subject_index, subject_sealed, linked_at, last_used_at"
_FIND = statement(
    f"SELECT {_COLUMNS} FROM upstream_links WHERE provider = :provider AND subject_index = :subject_index"  # noqa: S608
)
_OF_ACCOUNT = statement(
    f"SELECT {_COLUMNS} FROM upstream_links "  # noqa: S608 (constants of this module, here as above)
    "WHERE person_id = :person_id AND account_id = :account_id ORDER BY linked_at, provider"
)


class _LinkRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    person_id: PersonId
    account_id: AccountId
    provider: str
    subject_index: bytes
    subject_sealed: bytes
    linked_at: int
    last_used_at: int | None


class SqlUpstreamLinks:
    """Implements `idp.upstream.link_model.UpstreamLinkReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find(self, provider: str, subject_index: bytes) -> UpstreamLink | None:
        """Return the link of a provider's account, whatever the state of the account here."""
        rows = await self._engine.read(_FIND, {"provider": provider, "subject_index": subject_index})
        return _link(rows[0]) if rows else None

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[UpstreamLink]:
        """Return the links of an account, oldest first."""
        rows = await self._engine.read(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id})
        return [_link(row) for row in rows]


def _link(columns: Row) -> UpstreamLink:
    row = _LinkRow._make(columns)
    return UpstreamLink(
        person_id=row.person_id,
        account_id=row.account_id,
        provider=row.provider,
        subject_index=bytes(row.subject_index),
        subject_sealed=bytes(row.subject_sealed),
        linked_at=from_micros(row.linked_at),
        last_used_at=from_micros_or_none(row.last_used_at),
    )
