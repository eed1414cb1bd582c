"""What the upstream provider can be told to do wrong."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from portals.simulator.faults import Control, Mode


class Fault(StrEnum):
    """How the provider behaves: the transport's troubles, those of its documents, then those of its ID tokens."""

    OK = "ok"
    SLOW = "slow"
    DOWN = "down"
    GARBLED = "garbled"
    KEYS_DOWN = "keys_down"
    WRONG_DISCOVERY = "wrong_discovery"
    WRONG_NONCE = "wrong_nonce"
    WRONG_ISSUER = "wrong_issuer"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    LOW_LEVEL = "low_level"


# Vietnamese, English.
FAULT_TEXTS: Mapping[Fault, tuple[str, str]] = MappingProxyType(
    {
        Fault.OK: ("bình thường", "normal"),
        Fault.SLOW: ("chậm", "slow"),
        Fault.DOWN: ("ngắt kết nối", "connection closed"),
        Fault.GARBLED: ("trả lời bị cắt", "truncated answer"),
        Fault.KEYS_DOWN: ("không lấy được khóa", "key set not to be had"),
        Fault.WRONG_DISCOVERY: ("tài liệu cấu hình sai iss", "discovery names another issuer"),
        Fault.WRONG_NONCE: ("sai nonce", "wrong nonce"),
        Fault.WRONG_ISSUER: ("sai iss", "wrong iss"),
        Fault.EXPIRED: ("mã thông báo hết hạn", "expired token"),
        Fault.UNSIGNED: ("mã thông báo không có chữ ký", "unsigned token"),
        Fault.LOW_LEVEL: ("tài khoản mức thấp (acr 0)", "account of a low level (acr 0)"),
    }
)
_TRANSPORT = {Fault.SLOW: Mode.SLOW, Fault.DOWN: Mode.DOWN, Fault.GARBLED: Mode.GARBLED}


def transport(fault: Fault, *, keys: bool = False) -> Control:
    """Return the control of the transport that belongs to a fault, for the key set or for anything else."""
    if keys and fault is Fault.KEYS_DOWN:
        return Control(Mode.DOWN)
    return Control(_TRANSPORT.get(fault, Mode.OK))
