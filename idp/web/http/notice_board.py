"""The notices that stand on a page now."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from idp.kernel.clock import Clock
from idp.settings.live import LiveSettings
from idp.settings.notices import Notice, NoticePlace, standing
from idp.settings.peaks import Peak, expected
from idp.web.http.page import Page

_AHEAD = timedelta(days=30)


class NoticeBoard(Struct, frozen=True):
    """What the operators want people to read; from memory, for every page that is shown."""

    national_settings: LiveSettings
    clock: Clock

    def on(self, page: Page) -> tuple[Notice, ...]:
        """Return the notices of a page, the loudest first."""
        place = page.notice_place
        return (
            standing(self.national_settings.notices.value, place, self.clock.now())
            if place and self.national_settings.notices.value
            else ()
        )

    def at(self, place: NoticePlace) -> tuple[Notice, ...]:
        """Return the notices of a place."""
        return standing(self.national_settings.notices.value, place, self.clock.now())

    def expected_load(self) -> Sequence[Peak]:
        """Return the peaks that run or begin within a month."""
        return expected(self.national_settings.peaks.value, self.clock.now(), _AHEAD)
