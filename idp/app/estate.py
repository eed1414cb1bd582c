"""What administrators see and change of keys, registers and upstream providers: the same for console and API."""

from idp.admin.estate import Estate
from idp.admin.register_lines import RegisterLines
from idp.admin.signing_keys import SigningKeys
from idp.admin.upstream_lines import UpstreamLines
from idp.app.foundation import Foundation


def compose_estate(foundation: Foundation) -> Estate:
    """Return them for one process."""
    database = foundation.database
    return Estate(
        SigningKeys(database.keys, foundation.keys.policy, foundation.clock),
        RegisterLines(foundation.registers.lines, database.register_jobs, database.feed_positions),
        UpstreamLines(foundation.upstreams.federation),
    )
