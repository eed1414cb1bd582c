"""Settings as one process follows them: in memory, so that reading one costs nothing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

import structlog

from clients.document import Document
from clients.errors import Problem
from idp.kernel.clock import Clock, SystemClock
from idp.settings.alert_limits import STANDARD_ALERT_LIMITS, AlertLimits, read_alert_limits
from idp.settings.errors import InvalidSettingError
from idp.settings.limits import STANDARD_LIMITS, Limit, Limits, read_limits
from idp.settings.message_texts import NO_MESSAGES, MessageCatalogue, Wordings, no_catalogue, read_messages
from idp.settings.model import SettingStore
from idp.settings.names import SettingName
from idp.settings.notices import NO_NOTICES, Notice, read_notices
from idp.settings.outbound_services import ALL_IN_SERVICE, ALL_OFFERED, RegisterService, read_registers, read_upstreams
from idp.settings.peaks import NO_PEAKS, Peak, background_rests, raised, read_peaks

_log = structlog.get_logger("idp.settings")
T_co = TypeVar("T_co", covariant=True)


class Followed(Protocol):
    """One setting, whatever it holds."""

    @property
    def name(self) -> SettingName:
        """Its name."""

    @property
    def default(self) -> Document:
        """What stands before anybody changed it."""

    def problems(self, document: Document) -> Sequence[Problem]:
        """Return everything that is wrong with a document; empty where it may be applied."""

    def follow(self, document: Document) -> bool:
        """Let a document stand; False, and the last good one stands on, where it cannot be read."""


class LiveSetting(Generic[T_co]):
    """What one setting says now: the last document that could be read."""

    def __init__(self, name: SettingName, default: Document, read: Callable[[Document], T_co]) -> None:
        """Take the default and how documents are read; a default that cannot be is a mistake of ours and raises."""
        self._name = name
        self._default = default
        self._read = read
        self._value = read(default)

    @property
    def name(self) -> SettingName:
        """Return its name."""
        return self._name

    @property
    def default(self) -> Document:
        """Return what stands before anybody changed it."""
        return self._default

    @property
    def value(self) -> T_co:
        """Return what it says."""
        return self._value

    def problems(self, document: Document) -> Sequence[Problem]:
        """Return everything that is wrong with a document."""
        try:
            self._read(document)
        except InvalidSettingError as error:
            return error.problems
        return ()

    def follow(self, document: Document) -> bool:
        """Let a document stand, if it can be read."""
        try:
            self._value = self._read(document)
        except InvalidSettingError as error:
            _log.error("setting_not_read", setting=self._name, why=str(error))
            return False
        return True


class LiveSettings:
    """All settings of one process; `refresh` keeps them young."""

    def __init__(self, clock: Clock | None = None, catalogue: Callable[[], MessageCatalogue] = no_catalogue) -> None:
        """Begin with the defaults; `catalogue` has the messages whose texts may be changed."""
        self._clock = clock or SystemClock()
        self.notices: LiveSetting[tuple[Notice, ...]] = LiveSetting(SettingName.NOTICES, NO_NOTICES, read_notices)
        self.registers: LiveSetting[Mapping[str, RegisterService]] = LiveSetting(
            SettingName.REGISTERS, ALL_IN_SERVICE, read_registers
        )
        self.upstreams: LiveSetting[frozenset[str]] = LiveSetting(SettingName.UPSTREAMS, ALL_OFFERED, read_upstreams)
        self.limits: LiveSetting[Limits] = LiveSetting(SettingName.LIMITS, STANDARD_LIMITS, read_limits)
        self.peaks: LiveSetting[tuple[Peak, ...]] = LiveSetting(SettingName.PEAK_CALENDAR, NO_PEAKS, read_peaks)
        self.messages: LiveSetting[Wordings] = LiveSetting(
            SettingName.MESSAGES, NO_MESSAGES, partial(read_messages, catalogue=catalogue)
        )
        self.alert_limits: LiveSetting[AlertLimits] = LiveSetting(
            SettingName.ALERT_LIMITS, STANDARD_ALERT_LIMITS, read_alert_limits
        )
        self._generation = -1
        self._refreshing = asyncio.Lock()

    @property
    def all(self) -> Mapping[str, Followed]:
        """Return each setting by its name."""
        followed: tuple[Followed, ...] = (
            self.notices,
            self.limits,
            self.peaks,
            self.registers,
            self.upstreams,
            self.messages,
            self.alert_limits,
        )
        return {one.name: one for one in followed}

    def limit(self, limit: Limit) -> int:
        """Return what a limit is now, raised where a peak runs."""
        number, peaks = self.limits.value[limit], self.peaks.value
        return raised(limit, number, peaks, self._clock.now()) if peaks else number

    def background_rests(self) -> bool:
        """Say whether work that can wait waits for a peak to end."""
        return bool(self.peaks.value) and background_rests(self.peaks.value, self._clock.now())

    async def refresh(self, store: SettingStore) -> bool:
        """Take over what changed since the last time; True if anything did. Costs one read when nothing did."""
        async with self._refreshing:
            generation = await store.generation()
            if generation == self._generation:
                return False
            stored = {one.name: one.document for one in await store.newest()}
            # What a restored backup does not know stands at its default again.
            for name, one in self.all.items():
                one.follow(stored.get(name, one.default))
            self._generation = generation
            return True
