"""Merging two accounts of one person, and undoing it."""

from idp.app.foundation import Foundation
from idp.app.messages import compose_messages
from idp.selfservice.merging import Merging
from idp.selfservice.notices import Notices
from idp.selfservice.unmerging import Unmerging


async def compose_merging(foundation: Foundation) -> Merging:
    """Return merging with the clients as they are now: what a sector knows follows from them."""
    database = foundation.database
    clients = tuple(await database.clients.load_all())
    return Merging(database.merges, database.identities, clients, database.ledger, foundation.root_key.sealer())


def compose_unmerging(foundation: Foundation) -> Unmerging:
    """Return what makes two accounts again of one."""
    return Unmerging(foundation.database.merges, foundation.database.ledger, foundation.root_key.sealer())


def compose_notices(foundation: Foundation) -> Notices:
    """Return what tells people of it."""
    sealer = foundation.root_key.sealer()
    return Notices(compose_messages(foundation), sealer, foundation.root_key.hash_key("alarms"))
