"""The one table of operations. A subject adds its rows; routes, document and tests follow."""

from idp.web.admin_api import (
    administrators,
    agencies,
    audit,
    changes,
    client_health,
    clients,
    estate,
    estate_changes,
    me,
    people,
    people_recovery,
    proposals,
    quality,
    registrations,
    settings,
    trials,
)
from idp.web.admin_api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *me.OPERATIONS,
    *audit.OPERATIONS,
    *clients.OPERATIONS,
    *registrations.OPERATIONS,
    *trials.OPERATIONS,
    *client_health.OPERATIONS,
    *proposals.OPERATIONS,
    *changes.OPERATIONS,
    *quality.OPERATIONS,
    *agencies.OPERATIONS,
    *estate.OPERATIONS,
    *people.OPERATIONS,
    *people_recovery.OPERATIONS,
    *estate_changes.OPERATIONS,
    *settings.OPERATIONS,
    *administrators.OPERATIONS,
)
