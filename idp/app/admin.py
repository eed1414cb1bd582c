"""The console of one process."""

from idp.app.foundation import Foundation
from idp.web.admin_parts import AdminParts


def compose_admin(foundation: Foundation) -> AdminParts:
    """Return everything that the pages of administrators call."""
    return AdminParts(roles=foundation.database.roles)
