"""What the handlers of most pages use, whatever feature they are of."""

from msgspec import Struct

from clients.registry import ClientRegistry
from idp.account.own_account import OwnAccount
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.secrets import HashKey, Sealer
from idp.metrics.counter import MetricsCounter
from idp.sessions.ports import SessionReader


class WebDependencies(Struct, frozen=True):
    """Who is signed in, what time it is, what is counted: made once, held by what each feature is given."""

    issuer: str
    clock: Clock
    sessions: SessionReader
    cookie_hash: HashKey
    sealer: Sealer
    registry: ClientRegistry
    ledger: Ledger
    metrics: MetricsCounter
    # What stands around every page of the account.
    account: OwnAccount

    @property
    def secure(self) -> bool:
        """Say whether the provider is reached by https, so that cookies can be bound to its host."""
        return self.issuer.startswith("https://")
