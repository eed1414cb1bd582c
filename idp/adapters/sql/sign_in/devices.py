"""Reads the devices that an account knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import statement
from idp.kernel.ids import AccountId, DeviceId, PersonId
from idp.sign_in.device_model import DEVICE_LIFE, Device


class _DeviceRow(NamedTuple):
    """The columns of `_OF_ACCOUNT`, in its order."""

    device_id: DeviceId
    person_id: PersonId
    account_id: AccountId
    secret_hash: bytes
    browser: str
    created_at: int
    last_seen_at: int


_OF_ACCOUNT = statement("""
    SELECT device_id, person_id, account_id, secret_hash, browser, created_at, last_seen_at FROM devices
    WHERE person_id = :person_id AND account_id = :account_id AND forgotten_at IS NULL AND last_seen_at > :now
    ORDER BY last_seen_at DESC, device_id
""")


class SqlDevices:
    """Implements `idp.sign_in.device_model.DeviceReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_account(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[Device]:
        """Return the devices an account knows, the last seen first."""
        since = to_micros(now - DEVICE_LIFE)
        rows = await self._engine.read(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id, "now": since})
        return [_device(_DeviceRow._make(row)) for row in rows]


def _device(row: _DeviceRow) -> Device:
    return Device(
        id=row.device_id,
        person_id=row.person_id,
        account_id=row.account_id,
        secret_hash=bytes(row.secret_hash),
        browser=row.browser,
        created_at=from_micros(row.created_at),
        last_seen_at=from_micros(row.last_seen_at),
    )
