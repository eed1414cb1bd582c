"""Merging two accounts of one person, and undoing it."""

from idp.account.merging.service import Merging
from idp.account.merging.unmerging import Unmerging
from idp.app.foundation.opening import Foundation


async def compose_merging(foundation: Foundation) -> Merging:
    """Return merging with the clients as they are now: what a sector knows follows from them."""
    database = foundation.database
    clients = tuple(await database.clients.load_all())
    return Merging(database.merges, database.identities, clients, database.ledger, foundation.shared.sealer)


def compose_unmerging(foundation: Foundation) -> Unmerging:
    """Return what makes two accounts again of one."""
    return Unmerging(foundation.database.merges, foundation.database.ledger, foundation.shared.sealer)
