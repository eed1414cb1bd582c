"""What the status page is given."""

from msgspec import Struct

from idp.kernel.clock import Clock
from idp.outbound.health import ServiceWatch
from idp.upstream.service import Federation
from idp.web.http.notice_board import NoticeBoard
from idp.web.oauth.ports import Readiness


class StatusDependencies(Struct, frozen=True):
    """What works now, and what is expected."""

    clock: Clock
    readiness: Readiness
    register_watches: tuple[ServiceWatch, ...]
    federation: Federation
    board: NoticeBoard
