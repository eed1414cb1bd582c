"""How mandates end, for all who end them."""

from idp.app.foundation.opening import Foundation
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews


def compose_mandate_ends(foundation: Foundation) -> MandateEnds:
    """Return what ends mandates and tells their sides."""
    database = foundation.database
    news = MandateNews(database.accounts, database.mandates, foundation.shared.notices)
    return MandateEnds(database.mandates, database.ledger, news, foundation.clock)
