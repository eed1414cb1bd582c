"""How known devices are kept and forgotten."""

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, insert_into, statement
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


def _remember(effect: RememberDevice) -> Parameters:
    device = effect.device
    return {
        "person_id": device.person_id,
        "device_id": device.id,
        "account_id": device.account_id,
        "secret_hash": device.secret_hash,
        "browser": device.browser,
        "created_at": to_micros(device.created_at),
        "last_seen_at": to_micros(device.last_seen_at),
    }


def _one(effect: SeeDevice | ForgetDevice) -> Parameters:
    return {"person_id": effect.person_id, "device_id": effect.device_id, "at": to_micros(effect.at)}


def _forget_all(effect: ForgetDevices) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "device_id": effect.kept_device_id or "",
        "at": to_micros(effect.at),
    }


DEVICE_WRITES = dict(
    [
        write(RememberDevice, _remember, insert_into(tables.devices, leaving_out=frozenset({"forgotten_at"}))),
        write(SeeDevice, _one, _SEE),
        write(ForgetDevice, _one, _FORGET),
        write(ForgetDevices, _forget_all, _FORGET_ALL),
    ]
)
