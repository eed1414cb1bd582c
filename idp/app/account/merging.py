"""Merging two accounts of one person, and undoing it."""

from idp.account.merging.service import Merging
from idp.account.merging.unmerging import Unmerging
from idp.account.notices.service import Notices
from idp.app.foundation.messages import compose_messages
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose


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
    return Notices(compose_messages(foundation), sealer, foundation.root_key.hash_key(KeyPurpose.NOT_ME_CODES))
