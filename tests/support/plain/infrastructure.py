"""Keys, registers and upstream providers of the tests: no key yet, one register that nobody asked, nobody upstream."""

from collections.abc import Mapping

from idp.admin.changes.model import ChangeReader
from idp.admin.infrastructure.administration import Infrastructure
from idp.admin.infrastructure.changes import KeyChanges, ServiceStops
from idp.admin.infrastructure.key_subject import KeySubjects
from idp.admin.infrastructure.ports import FeedPosition, Waiting
from idp.admin.infrastructure.register_overview import RegisterOverview, WatchedRegister
from idp.admin.infrastructure.signing_keys import SigningKeys
from idp.admin.infrastructure.upstream_overview import UpstreamOverview
from idp.admin.settings.subject import SettingSubjects
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.outbound.health import ServiceHealth, ServiceState
from idp.outbound.record import ServiceRecord
from idp.proofing.proof import JobPurpose
from idp.proofing.registers.health import RegisterName
from idp.settings.live import LiveSettings
from idp.settings.outbound_services import RegisterService
from idp.upstream.service import Federation
from keys.policy import RotationPolicy
from keys.seal import MasterKey
from keys.service import KeyService
from tests.support.plain.settings import PlainSettings
from tests.support.running.key_store import MemoryKeyStore


class QuietService:
    """A line that was never asked. Implements `WatchedService`."""

    async def health(self) -> ServiceHealth:
        """Return that nobody asked."""
        return ServiceHealth(RegisterName.POPULATION, ServiceState.UNASKED)

    async def record(self) -> ServiceRecord:
        """Return that nothing is remembered."""
        return ServiceRecord()


class PlainWaiting:
    """Counts and positions as a test sets them. Implements `WaitingJobs` and `FeedReader`."""

    def __init__(self, jobs: Mapping[JobPurpose, Waiting] | None = None, feed: FeedPosition | None = None) -> None:
        """Take what waits, and how far the feed was applied."""
        self.jobs, self.feed = jobs or {}, feed

    async def waiting(self) -> Mapping[JobPurpose, Waiting]:
        """Return what waits."""
        return self.jobs

    async def position(self, feed: str) -> FeedPosition | None:
        """Return how far the feed was applied."""
        return self.feed


def plain_infrastructure(clock: Clock, changes: ChangeReader, ledger: Ledger) -> Infrastructure:
    """Return the use cases over them."""
    waiting = PlainWaiting()
    line = WatchedRegister(RegisterName.POPULATION, "register.example", QuietService(), RegisterService)
    store, federation = MemoryKeyStore(), Federation({}, "https://idp.example", clock)
    keys = KeyService(store, MasterKey(b"k" * 32), RotationPolicy())
    settings = SettingSubjects(PlainSettings(), LiveSettings().all)
    return Infrastructure(
        SigningKeys(store, RotationPolicy(), clock),
        RegisterOverview((line,), waiting, waiting),
        UpstreamOverview(federation),
        KeyChanges(KeySubjects(store, keys, clock), changes, ledger, clock),
        ServiceStops(settings, federation, ledger, clock),
    )
