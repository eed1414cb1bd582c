"""The use cases about the audit log, as the console and the API are given them."""

from dataclasses import dataclass

from idp.admin.audit_chain import AuditChain
from idp.admin.audit_log import AuditLog


@dataclass(frozen=True, slots=True)
class AuditAdministration:
    """What administrators do with the log."""

    log: AuditLog
    chain: AuditChain
