"""Faults of the administration: who may do what, alone or by two, and what is shown to whom."""

from tests.mutants.fault import Fault

FAULTS = (
    Fault(
        id="unproven-among-the-proven",
        area="admin",
        breaks="What anybody can send is told apart from what a client proved itself for.",
        file="idp/oauth/back_channel.py",
        text='credentials.method_of(client) != "none" and not because and code != INVALID_CLIENT.code',
        instead="True",
        tests=("tests/unit/oauth/test_counted_refusals*.py",),
    ),
    Fault(
        id="refusals-without-end",
        area="admin",
        breaks="So many causes of a client are kept, however much is sent.",
        file="idp/adapters/sql/clients/refusals.py",
        text="    WHERE (SELECT COUNT(*) FROM client_refusals r WHERE {_SAME}) < :most\n",
        instead="    WHERE (SELECT COUNT(*) FROM client_refusals r WHERE {_SAME}) < :most + 1000\n",
        tests=("tests/contract/sql/clients/test_client_refusals*.py",),
    ),
    Fault(
        id="form-beyond-the-profile",
        area="admin",
        breaks="The form offers what the client's security profile allows.",
        file="idp/web/admin/clients/guided.py",
        text="        return tuple(option for option in self.options if option in within)\n",
        instead="        return self.options if within else ()\n",
        tests=("tests/unit/web/test_client_forms*.py",),
    ),
    Fault(
        id="own-proposal-approved",
        area="admin",
        breaks="Nobody approves their own proposal.",
        file="idp/admin/changes/independence.py",
        text="""    if account_id == actor.account_id:
        raise NotPermittedError("nobody decides their own proposal, or reviews their own act")
""",
        instead="",
        tests=("tests/contract/sql/changes/test_approvals_of_changes*.py",),
    ),
    Fault(
        id="older-version-overwrites",
        area="admin",
        breaks="RFC 9110 13.1.1: an edit of a version that is no longer the newest is refused.",
        file="idp/admin/clients/registrations.py",
        text="""        wanted = read_change(known, document, now, local=self.local)
        if known.version != expected_version:
""",
        instead="""        wanted = read_change(known, document, now, local=self.local)
        if known.version < expected_version:
""",
        tests=("tests/contract/sql/clients/test_client_registrations*.py",),
    ),
    Fault(
        id="list-of-every-agency",
        area="admin",
        breaks="An administrator of one agency sees the clients of that agency and of those below it.",
        file="idp/admin/clients/directory.py",
        text="lambda client: (within is None or client.agency in within) and finds(client)",
        instead="lambda client: within is None or client.agency in within or finds(client)",
        tests=("tests/unit/admin/test_client_directory*.py",),
    ),
    Fault(
        id="address-shown",
        area="admin",
        breaks="Whoever may not find people reads no network address of theirs in the log.",
        file="idp/admin/audit/log.py",
        text='person_id=None, session_id=None, address="", port=0, details',
        instead="person_id=None, session_id=None, port=0, details",
        tests=("tests/unit/admin/test_audit_log*.py",),
    ),
    Fault(
        id="more-given-than-held",
        area="admin",
        breaks="Nobody gives a role that brings more than they hold themselves.",
        file="idp/admin/permissions.py",
        text="    return all(allows(grants, permission, lineage) for permission in permissions_of(role))\n",
        instead="    return any(allows(grants, permission, lineage) for permission in permissions_of(role))\n",
        tests=("tests/unit/admin/test_permissions*.py",),
    ),
)
