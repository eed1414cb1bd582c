"""The one table of operations. A subject adds its rows; routes, document and tests follow."""

from idp.web.admin_api.operation import Operation
from idp.web.admin_api.operations import (
    administrators,
    agencies,
    audit,
    changes,
    client_health,
    clients,
    infrastructure,
    infrastructure_changes,
    initial_tokens,
    me,
    metrics,
    people,
    people_recovery,
    proposals,
    registrations,
    settings,
    trials,
)

OPERATIONS: tuple[Operation, ...] = (
    *me.OPERATIONS,
    *audit.OPERATIONS,
    *clients.OPERATIONS,
    *registrations.OPERATIONS,
    *trials.OPERATIONS,
    *client_health.OPERATIONS,
    *proposals.OPERATIONS,
    *changes.OPERATIONS,
    *metrics.OPERATIONS,
    *agencies.OPERATIONS,
    *infrastructure.OPERATIONS,
    *people.OPERATIONS,
    *people_recovery.OPERATIONS,
    *infrastructure_changes.OPERATIONS,
    *settings.OPERATIONS,
    *administrators.OPERATIONS,
    *initial_tokens.OPERATIONS,
)
