"""How fast a device may ask (RFC 8628 3.5): who comes sooner is told to slow down, and its interval grows."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.protocol.policy import ProtocolPolicy

# A request that was long under way and one that was not arrive closer together than they were sent.
_LEEWAY = timedelta(seconds=1)


class Pace(Struct, frozen=True):
    """When a device last asked, and how long it must wait in between."""

    asked_at: datetime
    interval: timedelta


def asked_again(pace: Pace | None, now: datetime, policy: ProtocolPolicy) -> tuple[Pace, bool]:
    """Return the pace from now on, and whether the device came too soon."""
    if pace is None:
        return Pace(now, policy.device_interval), False
    too_soon = now - pace.asked_at < pace.interval - _LEEWAY
    return Pace(now, pace.interval + policy.device_slow_down if too_soon else pace.interval), too_soon
