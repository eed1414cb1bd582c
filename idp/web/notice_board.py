"""The notices that stand on a page now."""

from dataclasses import dataclass

from idp.kernel.clock import Clock
from idp.national.live import LiveSetting
from idp.national.notices import Notice, NoticePlace, standing
from idp.web.pages.account_shell import Shell
from idp.web.pages.base import Page


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """What the operators want people to read; from memory, for every page that is shown."""

    notices: LiveSetting[tuple[Notice, ...]]
    clock: Clock

    def on(self, page: Page) -> tuple[Notice, ...]:
        """Return the notices of a page, the loudest first."""
        place = place_of(page)
        return standing(self.notices.value, place, self.clock.now()) if place and self.notices.value else ()

    def at(self, place: NoticePlace) -> tuple[Notice, ...]:
        """Return the notices of a place."""
        return standing(self.notices.value, place, self.clock.now())


def place_of(page: Page) -> NoticePlace | None:
    """Return where a page stands; every page of one's own account is one place."""
    return NoticePlace.ACCOUNT if isinstance(getattr(page, "shell", None), Shell) else page.notice_place
