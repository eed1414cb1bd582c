"""Logs a refused token once for each reason, so that the holder of one old token cannot fill the log."""

from collections import OrderedDict

_MOST = 4096


class ReportedRefusals:
    """Remembers the newest tokens whose refusal was told, in this process."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._reported: OrderedDict[tuple[str, str], None] = OrderedDict()

    def is_first(self, jti: str, reason: str) -> bool:
        """Say whether this token was not refused for this before, and remember it."""
        key = (jti, reason)
        if key in self._reported:
            self._reported.move_to_end(key)
            return False
        self._reported[key] = None
        if len(self._reported) > self._most:
            self._reported.popitem(last=False)
        return True
