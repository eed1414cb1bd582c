"""The closed list of national settings."""

from enum import StrEnum


class SettingName(StrEnum):
    """What a national setting is known by: the key of its rows, its address, and its texts."""

    NOTICES = "notices"
    REGISTERS = "registers"
    UPSTREAMS = "upstreams"
    LIMITS = "limits"
    PEAK_CALENDAR = "peak_calendar"
    MESSAGES = "messages"
    ALERT_LIMITS = "alert_limits"


def setting_name(typed: str) -> SettingName | None:
    """Return the setting that is meant; None for a name of nothing."""
    return next((one for one in SettingName if one == typed), None)
