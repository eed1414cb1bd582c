"""The administration API of one process."""

from collections.abc import Sequence
from datetime import date

from idp.admin.client_directory import ClientDirectory
from idp.app.foundation import Foundation
from idp.endpoints.bearer import BearerTokens
from idp.protocol.house import House
from idp.web.admin_api.access import Access
from idp.web.admin_api.idempotency import IdempotencyShelf
from idp.web.admin_api.parts import AdminApiParts


class SeparateAgencies:
    """Every agency for itself, until the tree of agencies is kept. Implements `AgencyLines`."""

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:  # noqa: ARG002 (the port's)
        """Return the agency alone."""
        return (code,)

    async def subtree(self, code: str, day: date) -> Sequence[str]:  # noqa: ARG002 (the port's)
        """Return the agency alone."""
        return (code,)


def compose_admin_api(foundation: Foundation, house: House, tokens: BearerTokens) -> AdminApiParts:
    """Return everything that operations call."""
    database = foundation.database
    return AdminApiParts(
        issuer=house.issuer,
        clock=foundation.clock,
        ledger=database.ledger,
        access=Access(tokens, database.officers, database.roles),
        answers=IdempotencyShelf(foundation.shortlived, house.sealer, foundation.root_key.hash_key("idempotency keys")),
        clients=ClientDirectory(foundation.registry, database.clients, SeparateAgencies()),
    )
