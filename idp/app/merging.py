"""Merging two accounts of one person."""

from idp.app.foundation import Foundation
from idp.selfservice.merging import Merging
from idp.selfservice.messages import Messages
from idp.selfservice.notices import Notices
from idp.web.message_texts import email_text, sms_text


async def compose_merging(foundation: Foundation) -> Merging:
    """Return merging with the clients as they are now: what a sector knows follows from them."""
    database = foundation.database
    clients = tuple(await database.clients.load_all())
    return Merging(database.merges, database.identities, clients, database.ledger, foundation.root_key.sealer())


def compose_notices(foundation: Foundation) -> Notices:
    """Return what tells people of it."""
    sealer = foundation.root_key.sealer()
    return Notices(Messages(sealer, sms_text, email_text), sealer, foundation.root_key.hash_key("alarms"))
