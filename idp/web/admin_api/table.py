"""The one table of operations. A subject adds its rows; routes, document and tests follow."""

from idp.web.admin_api import changes, clients, me, quality, registrations
from idp.web.admin_api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *me.OPERATIONS,
    *clients.OPERATIONS,
    *registrations.OPERATIONS,
    *changes.OPERATIONS,
    *quality.OPERATIONS,
)
