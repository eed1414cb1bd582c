"""How known devices are kept and forgotten."""

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.sign_in.device_model import ForgetDevice, ForgetDevices, RememberDevice, SeeDevice

_SEE = statement("""
    UPDATE devices SET last_seen_at = :at
    WHERE person_id = :person_id AND device_id = :device_id AND forgotten_at IS NULL AND last_seen_at < :at
""")
_FORGET = statement("""
    UPDATE devices SET forgotten_at = :at
    WHERE person_id = :person_id AND device_id = :device_id AND forgotten_at IS NULL
    RETURNING 1
""")
_FORGET_ALL = statement("""
    UPDATE devices SET forgotten_at = :at
    WHERE person_id = :person_id AND account_id = :account_id AND device_id <> :device_id AND forgotten_at IS NULL
""")


DEVICE_WRITES = dict(
    [
        write(RememberDevice, insert_into(tables.devices, leaving_out=frozenset({"forgotten_at"})), of="device"),
        write(SeeDevice, _SEE),
        write(ForgetDevice, _FORGET),
        write(ForgetDevices, _FORGET_ALL, device_id=lambda effect: effect.kept_device_id or ""),
    ]
)
