"""How roles of administrators are given and taken back."""

import json

from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.officers.roles import ConfirmRole, GrantRole, HoldRoles, RevokeRole

# An update that changes nothing takes the lock of the officer's row: whoever gives another role, or withdraws the
# account, waits, and the statement after it sees what was written before.
_HOLD = statement("UPDATE officers SET agency = agency WHERE person_id = :person_id AND account_id = :account_id")
_GRANT = statement("""
    INSERT INTO admin_roles
        (person_id, grant_id, account_id, role, agency, given_by, given_at, starts_at, ends_at, approves_from)
    SELECT :person_id, :grant_id, :account_id, :role, :agency, :given_by, :given_at, :starts_at, :ends_at,
        :approves_from
    WHERE EXISTS (
        SELECT 1 FROM officers o
        WHERE o.person_id = :person_id AND o.account_id = :account_id AND o.withdrawn_at IS NULL
          AND o.ends_at > :given_at)
      AND NOT EXISTS (
        SELECT 1 FROM admin_roles r
        WHERE r.account_id = :account_id AND r.role = :role AND r.agency = :agency AND r.revoked_at IS NULL
          AND r.ends_at > :given_at)
    RETURNING 1
""")
_CONFIRM = statement("""
    UPDATE admin_roles SET approves_from = :approves_from
    WHERE person_id = :person_id AND grant_id = :grant_id AND account_id = :account_id AND revoked_at IS NULL
      AND approves_from >= ends_at AND given_by <> :confirmed_by
    RETURNING 1
""")
_REVOKE = statement("""
    UPDATE admin_roles SET revoked_at = :revoked_at, revoked_by = :revoked_by
    WHERE person_id = :person_id AND grant_id = :grant_id AND account_id = :account_id AND revoked_at IS NULL
      AND ends_at > :revoked_at
    RETURNING 1
""")


_STILL_HELD = """
    SELECT 1 FROM officers o
    WHERE o.person_id = :person_id AND o.account_id = :account_id AND o.withdrawn_at IS NULL AND o.ends_at > :now
      AND NOT EXISTS (
        SELECT 1 FROM {wanted} LEFT JOIN admin_roles r ON r.grant_id = wanted.id AND r.person_id = :person_id
        WHERE r.grant_id IS NULL OR r.revoked_at IS NOT NULL OR r.starts_at > :now OR r.ends_at <= :now)
"""
_HELD = statement(
    _STILL_HELD.format(wanted="(SELECT value AS id FROM json_each(:held_ids)) wanted"),
    postgres=_STILL_HELD.format(wanted="json_array_elements_text(CAST(:held_ids AS json)) AS wanted (id)"),
)


ROLE_WRITES = dict(
    [
        write(HoldRoles, _HOLD, _HELD, held_ids=lambda effect: json.dumps(effect.grant_ids), decides=1),
        write(GrantRole, _HOLD, _GRANT, of="grant", decides=1),
        write(ConfirmRole, _HOLD, _CONFIRM, confirmed_by="by", decides=1),
        write(RevokeRole, _HOLD, _REVOKE, revoked_at="at", revoked_by="by", decides=1),
    ]
)
