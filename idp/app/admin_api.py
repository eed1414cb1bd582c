"""The administration API of one process."""

from idp.admin.approvals import Approvals
from idp.admin.client_directory import ClientDirectory
from idp.admin.clients import ClientRegistrations
from idp.admin.quality import Quality
from idp.app.agency_lines import StandingLines
from idp.app.foundation import CLIENT_SECRETS, Foundation
from idp.endpoints.bearer import BearerTokens
from idp.protocol.house import House
from idp.web.admin_api.access import Access
from idp.web.admin_api.idempotency import IdempotencyShelf
from idp.web.admin_api.parts import AdminApiParts


def compose_admin_api(foundation: Foundation, house: House, tokens: BearerTokens) -> AdminApiParts:
    """Return everything that operations call."""
    database = foundation.database
    lines = StandingLines(database.agencies)
    return AdminApiParts(
        issuer=house.issuer,
        clock=foundation.clock,
        ledger=database.ledger,
        access=Access(tokens, database.officers, database.roles),
        answers=IdempotencyShelf(foundation.shortlived, house.sealer, foundation.root_key.hash_key("idempotency keys")),
        clients=ClientDirectory(foundation.registry, database.clients, lines),
        registrations=ClientRegistrations(
            database.clients, database.ledger, lines, foundation.clock, foundation.root_key.raw(CLIENT_SECRETS)
        ),
        approvals=Approvals(database.changes, database.clients, database.ledger, lines, foundation.clock),
        quality=Quality(foundation.registry, lines, database.quality),
    )
