"""The use cases of trying out over plain ports."""

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.admin.clients.registrations import ClientRegistrations
from idp.client_trials.stand_ins import StandIns
from idp.client_trials.store import TrialRunStore
from idp.client_trials.trials import Trials
from idp.kernel.secrets import HashKey
from idp.officers.roles import RoleReader
from tests.support.builders.protocol import ISSUER


def plain_trials(registrations: ClientRegistrations, roles: RoleReader) -> Trials:
    """Return them with a store of their own."""
    key, clock = HashKey(b"t" * 32), registrations.clock
    store = TrialRunStore(MemoryShortLivedStore(clock))
    stand_ins = StandIns(key, registrations.pepper)
    return Trials(ISSUER, store, registrations, roles, stand_ins, key, registrations.ledger, clock)
