"""How mandates end, for all who end them."""

from idp.app.foundation import Foundation
from idp.app.messages import compose_messages
from idp.protocol.house import House
from idp.selfservice.mandate_ends import MandateEnds
from idp.selfservice.mandate_news import MandateNews
from idp.selfservice.notices import Notices


def compose_mandate_ends(foundation: Foundation, house: House) -> MandateEnds:
    """Return what ends mandates and tells their sides."""
    database, alarms = foundation.database, foundation.root_key.hash_key("alarms")
    notices = Notices(compose_messages(foundation), house.sealer, alarms)
    news = MandateNews(database.accounts, database.mandates, notices)
    return MandateEnds(database.mandates, database.ledger, news, foundation.clock)
