"""What administrators do with the audit log, for the console and the API."""

from idp.admin.audit.administration import AuditAdministration
from idp.admin.audit.chain import AuditChain
from idp.admin.audit.log import AuditLog
from idp.app.admin.agency_lineage import StandingLineages
from idp.app.audit import SEALING_POLICY, compose_audit_seal
from idp.app.foundation.opening import Foundation


def compose_audit_administration(foundation: Foundation) -> AuditAdministration:
    """Return the use cases about the log."""
    database, clock = foundation.database, foundation.clock
    lineages = StandingLineages(database.agencies)
    return AuditAdministration(
        log=AuditLog(database.audit_search, database.clients, lineages, database.ledger, clock),
        chain=AuditChain(database.checkpoints, lambda: compose_audit_seal(foundation), SEALING_POLICY, clock),
    )
