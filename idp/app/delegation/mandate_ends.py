"""How mandates end, for all who end them."""

from idp.account.notices.service import Notices
from idp.app.foundation.messages import compose_messages
from idp.app.foundation.opening import Foundation
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.kernel.key_purposes import KeyPurpose
from idp.protocol.house import House


def compose_mandate_ends(foundation: Foundation, house: House) -> MandateEnds:
    """Return what ends mandates and tells their sides."""
    database, alarms = foundation.database, foundation.root_key.hash_key(KeyPurpose.NOT_ME_CODES)
    notices = Notices(compose_messages(foundation), house.sealer, alarms)
    news = MandateNews(database.accounts, database.mandates, notices)
    return MandateEnds(database.mandates, database.ledger, news, foundation.clock)
