"""What administrators see and change of keys, registers and upstream providers: the same for console and API."""

from idp.admin.infrastructure.administration import Estate
from idp.admin.infrastructure.changes import KeyChanges, LineStops
from idp.admin.infrastructure.register_lines import RegisterLines
from idp.admin.infrastructure.signing_keys import SigningKeys
from idp.admin.infrastructure.upstream_lines import UpstreamLines
from idp.app.admin.clients import compose_key_subjects, compose_settings, known_at_once
from idp.app.foundation.opening import Foundation


def compose_estate(foundation: Foundation) -> Estate:
    """Return them for one process."""
    database, clock, federation = foundation.database, foundation.clock, foundation.upstreams.federation
    ledger = known_at_once(foundation)
    return Estate(
        SigningKeys(database.keys, foundation.keys.policy, clock),
        RegisterLines(foundation.registers.lines, database.register_jobs, database.feed_positions),
        UpstreamLines(federation),
        KeyChanges(compose_key_subjects(foundation), database.changes, ledger, clock),
        LineStops(compose_settings(foundation).subjects, federation, ledger, clock),
    )
