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
