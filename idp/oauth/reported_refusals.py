"""Which refusals of shown tokens the log has: whoever holds one old token cannot fill the log with it."""

from collections import OrderedDict

_MOST = 4096


class ToldRefusals:
    """Remembers the newest tokens whose refusal was told, in this process."""

    def __init__(self, most: int = _MOST) -> None:
        """Take how many are remembered."""
        self._most = most
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    def is_first(self, jti: str, reason: str) -> bool:
        """Say whether this token was not refused for this before, and remember it."""
        key = (jti, reason)
        if key in self._told:
            self._told.move_to_end(key)
            return False
        self._told[key] = None
        if len(self._told) > self._most:
            self._told.popitem(last=False)
        return True
