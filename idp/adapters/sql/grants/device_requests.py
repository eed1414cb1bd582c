"""How devices' requests are kept, decided and read."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from clients.model import ClientId
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import Lookup, lookup
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.grants.tables import device_requests
from idp.grants.device_requests import AskedBy, DecideDeviceRequest, DeviceRequest, OpenDeviceRequest
from idp.grants.model import AuthorizationCode
from idp.kernel.ids import AccountId, PersonId

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(AuthorizationCode)


class _Row(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    device_hash: bytes
    user_hash: bytes
    client_id: ClientId
    asked_sealed: bytes
    created_at: int
    expires_at: int
    decided_at: int | None
    approved_code: bytes | None
    refused_because: str
    asked_by: AskedBy
    person_id: PersonId | None
    account_id: AccountId | None


_COLUMNS = """
    d.device_hash, d.user_hash, d.client_id, d.asked_sealed, d.created_at, d.expires_at, d.decided_at, d.approved_code,
    d.refused_because, d.asked_by, d.person_id, d.account_id
"""
_BY_DEVICE = lookup(("device_hash",), _COLUMNS, first=("device_requests", "d", "d.device_hash = asked.device_hash"))
_BY_USER = lookup(("user_hash",), _COLUMNS, first=("device_requests", "d", "d.user_hash = asked.user_hash"))

# More than wait at once (`idp.oauth.devices.backchannel`): the newest are what a person came for.
_MOST_SHOWN = 20
_OPEN_FOR = statement(f"""
    SELECT {_COLUMNS} FROM device_requests d
    WHERE d.account_id = :account_id AND d.decided_at IS NULL AND d.expires_at > :now
    ORDER BY d.created_at DESC, d.device_hash LIMIT {_MOST_SHOWN}
""")  # noqa: S608 (constants of this module)

_DECIDE = statement("""
    UPDATE device_requests SET decided_at = :at, approved_code = :approved_code, refused_because = :refused_because
    WHERE device_hash = :device_hash AND decided_at IS NULL AND expires_at > :at
    RETURNING 1
""")


def _approved(effect: DecideDeviceRequest) -> bytes | None:
    return None if effect.approved is None else _ENCODER.encode(effect.approved)


DEVICE_REQUEST_WRITES = dict(
    [
        write(
            OpenDeviceRequest,
            insert_into(device_requests, "ON CONFLICT DO NOTHING RETURNING 1"),
            of="request",
            approved_code=Fixed(None),
        ),
        write(DecideDeviceRequest, _DECIDE, approved_code=_approved),
    ]
)


class SqlDeviceRequests:
    """Implements `idp.grants.ports.DeviceRequestReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def by_device_code(self, device_hash: bytes) -> DeviceRequest | None:
        """Return the request of a device code."""
        return await self._found(_BY_DEVICE, device_hash)

    async def open_for(self, account_id: AccountId, now: datetime) -> Sequence[DeviceRequest]:
        """Return what clients ask an account, newest first."""
        rows = await self._engine.read(_OPEN_FOR, {"account_id": account_id, "now": to_micros(now)})
        return [_request(_Row._make(row)) for row in rows]

    async def by_user_code(self, user_hash: bytes) -> DeviceRequest | None:
        """Return the request of a user code."""
        return await self._found(_BY_USER, user_hash)

    async def _found(self, by: Lookup, key: bytes) -> DeviceRequest | None:
        found = await self._engine.look_up(by, (key,))
        return None if found is None else _request(_Row._make(found))


def _request(row: _Row) -> DeviceRequest:
    return DeviceRequest(
        device_hash=bytes(row.device_hash),
        user_hash=bytes(row.user_hash),
        client_id=row.client_id,
        asked_sealed=bytes(row.asked_sealed),
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
        decided_at=from_micros_or_none(row.decided_at),
        approved=None if row.approved_code is None else _DECODER.decode(row.approved_code),
        refused_because=row.refused_because,
        asked_by=row.asked_by,
        person_id=row.person_id,
        account_id=row.account_id,
    )
