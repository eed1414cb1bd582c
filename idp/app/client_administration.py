"""What administrators do to clients: the same use cases for the console and the API."""

from idp.admin.approvals import Approvals
from idp.admin.client_administration import ClientAdministration
from idp.admin.client_checking import ClientChecking
from idp.admin.client_directory import ClientDirectory
from idp.admin.clients import ClientRegistrations
from idp.app.agency_lines import StandingLines
from idp.app.foundation import CLIENT_SECRETS, Foundation
from idp.app.known_at_once import KnownAtOnce


def compose_client_administration(foundation: Foundation) -> ClientAdministration:
    """Return them for one process."""
    database, clock, lines = foundation.database, foundation.clock, StandingLines(foundation.database.agencies)
    ledger = KnownAtOnce(database.ledger, foundation.registry, database.clients)
    pepper = foundation.root_key.raw(CLIENT_SECRETS)
    return ClientAdministration(
        ClientDirectory(foundation.registry, database.clients, lines),
        ClientRegistrations(database.clients, ledger, lines, clock, pepper),
        Approvals(database.changes, database.clients, ledger, lines, clock),
    )


def compose_client_checking(foundation: Foundation) -> ClientChecking:
    """Return what tries clients' servers."""
    caller, certificates = foundation.caller, foundation.certificates
    checks = foundation.database.client_checks
    return ClientChecking(foundation.registry, checks, caller, certificates, foundation.clock)
