"""What administrators see and change of keys, registers and upstream providers: the same for console and API."""

from idp.admin.infrastructure.administration import Infrastructure
from idp.admin.infrastructure.changes import KeyChanges, ServiceStops
from idp.admin.infrastructure.register_overview import RegisterOverview
from idp.admin.infrastructure.signing_keys import SigningKeys
from idp.admin.infrastructure.upstream_overview import UpstreamOverview
from idp.app.admin.clients import compose_key_subjects, compose_settings, refreshing_ledger
from idp.app.foundation.opening import Foundation


def compose_infrastructure(foundation: Foundation) -> Infrastructure:
    """Return the services of the infrastructure pages for one process."""
    database, clock, federation = foundation.database, foundation.clock, foundation.upstreams.federation
    ledger = refreshing_ledger(foundation)
    return Infrastructure(
        SigningKeys(database.keys, foundation.keys.policy, clock),
        RegisterOverview(foundation.registers.services, database.register_jobs, database.feed_positions),
        UpstreamOverview(federation),
        KeyChanges(compose_key_subjects(foundation), database.changes, ledger, clock),
        ServiceStops(compose_settings(foundation).subjects, federation, ledger, clock),
    )
