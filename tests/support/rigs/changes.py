"""The feed's changes, applied over the store of a rig of mandates."""

from idp.account.portal_news import PortalNews
from idp.kernel.secrets import HashKey
from idp.proofing.identity_changes import IdentityChanges
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.mandates import MandateRig
from tests.support.rigs.proof import NUMBER_INDEX, KnownClients


def changes_of(rig: MandateRig) -> IdentityChanges:
    """Return what applies changes of the population register."""
    database = rig.database
    return IdentityChanges(
        database.accounts,
        database.identities,
        database.ledger,
        rig.ends.news.notices,
        PortalNews(database.identities, KnownClients()),
        rig.ends,
        PROVIDER.sealer,
        NUMBER_INDEX,
        HashKey(b"r" * 32),
        rig.clock,
    )
