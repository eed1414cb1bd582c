"""The use cases about the audit log, as the console and the API are given them."""

from msgspec import Struct

from idp.admin.audit.chain import AuditChain
from idp.admin.audit.log import AuditLog


class AuditAdministration(Struct, frozen=True):
    """What administrators do with the log."""

    log: AuditLog
    chain: AuditChain
