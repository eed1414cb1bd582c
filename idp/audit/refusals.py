"""Samples refusals of anonymous callers: some of each kind are written down, the rest are counted."""

from collections import OrderedDict
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

# Of one kind in an hour: enough to see what is wrong, whoever sends it again and again.
WRITTEN = 50
WINDOW = timedelta(hours=1)
_MOST_KINDS = 4096
_log = structlog.get_logger("idp.audit")


class _Kind(Struct):
    since: datetime
    seen: int = 0


class AnonymousRefusals:
    """Counts in this process. An anonymous caller cannot fill the audit log: it gets `WRITTEN` rows of a kind in an
    hour.

    A kind is what happened, to which client or from which network; what an anonymous caller may choose freely is no
    part of it.
    """

    def __init__(self, written: int = WRITTEN) -> None:
        self._written = written
        self._kinds: OrderedDict[tuple[str, str], _Kind] = OrderedDict()

    def is_written(self, what: str, whose: str, now: datetime) -> bool:
        """Count a refusal and say whether it is written down."""
        kind = self._kinds.get((what, whose))
        if kind is None or now - kind.since >= WINDOW:
            if kind is not None:
                self._tell(what, kind)
            kind = self._kinds[(what, whose)] = _Kind(now)
        self._kinds.move_to_end((what, whose))
        kind.seen += 1
        if len(self._kinds) > _MOST_KINDS:
            (forgotten, _), oldest = self._kinds.popitem(last=False)
            self._tell(forgotten, oldest)
        return kind.seen <= self._written

    def _tell(self, what: str, kind: _Kind) -> None:
        if kind.seen > self._written:
            _log.warning("refusals_only_counted", what=what, number=kind.seen - self._written)
