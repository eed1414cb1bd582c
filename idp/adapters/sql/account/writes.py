"""How people's own decisions are written: language, claims, consents taken back, an account closed and erased."""

from idp.account.closing_effects import BeginErasure, EraseAccount, ScheduleErasure
from idp.account.own_choices import ReplaceProfile, SetLocale, WithdrawConsent
from idp.adapters.sql.engine.statements import Statement, statement
from idp.adapters.sql.engine.writes import write
from idp.grants.revocation import RevokeClientGrants, StopCodes, TellPortal

_REPLACE_PROFILE = statement("""
    UPDATE persons SET profile_sealed = :profile_sealed
    WHERE person_id = :person_id AND profile_sealed = :profile_before
    RETURNING 1
""")
_SET_LOCALE = statement("""
    UPDATE accounts SET locale = :locale WHERE person_id = :person_id AND account_id = :account_id
""")
_WITHDRAW = statement("""
    DELETE FROM consents WHERE person_id = :person_id AND client_id = :client_id RETURNING 1
""")
# StartGrant holds these rows while it looks: it is written before this, and revoked after it, or finds the instant.
_STOP_CODES = statement("""
    UPDATE sessions SET codes_since = :at
    WHERE person_id = :person_id AND account_id = :account_id AND ended_at IS NULL AND codes_since < :at
""")
_REVOKE_AT_CLIENT = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND client_id = :client_id AND revoked_at IS NULL
""")

_TELL = """
    INSERT INTO outbox (kind, key, payload, due_at, gives_up_at, attempts, delivered, result, lane)
    SELECT 'logout_notice', told.session_id || ':' || :client_id || ':' || :notice_id, {payload}, :at, :gives_up_at,
        0, FALSE, '', 'logout_notice:' || :client_id
    FROM (
        SELECT g.session_id, MAX(g.subject_id) AS subject_id FROM grants g
        JOIN sessions s ON s.person_id = g.person_id AND s.session_id = g.session_id
        WHERE g.person_id = :person_id AND g.account_id = :account_id AND g.client_id = :client_id
          AND g.revoked_at IS NULL AND s.ended_at IS NULL
        GROUP BY g.session_id) told
    JOIN clients ON clients.client_id = :client_id
    WHERE clients.backchannel_logout_uri IS NOT NULL AND clients.disabled_at IS NULL
    ON CONFLICT DO NOTHING
"""
_NOTICE = (
    "'session_id', told.session_id, 'client_id', :client_id, 'person_id', :person_id, 'subject_id', told.subject_id"
)
_TELL_PORTAL = statement(
    _TELL.format(payload=f"CAST(json_object({_NOTICE}) AS BLOB)"),
    postgres=_TELL.format(payload=f"convert_to(CAST(json_build_object({_NOTICE}) AS text), 'UTF8')"),
)

_ERASED_WITH_THE_ACCOUNT = (
    "contacts",
    "passwords",
    "factor_tries",
    "passkeys",
    "upstream_links",
    "totp_secrets",
    "recovery_codes",
    "contact_changes",
    "joinings",
    "removed_passkeys",
    "removed_totp_secrets",
    "removed_recovery_codes",
    "removed_upstream_links",
    "devices",
    "approvals",
    "alarms",
    "recoveries",
    "notices",
)


def _erased() -> tuple[Statement, ...]:
    return tuple(
        statement(f"DELETE FROM {table} WHERE person_id = :person_id AND account_id = :account_id")  # noqa: S608
        for table in _ERASED_WITH_THE_ACCOUNT
    )


_SCHEDULE = statement("""
    UPDATE accounts SET erase_at = :erase_at
    WHERE person_id = :person_id AND account_id = :account_id AND status = 'closed'
""")
_BEGIN_ERASURE = statement("""
    UPDATE accounts SET erase_at = NULL
    WHERE person_id = :person_id AND account_id = :account_id AND status = 'closed' AND erase_at <= :now
    RETURNING 1
""")
_ERASE = (
    # The number no longer leads to an account, and still leads to its person: only they may open the next one.
    statement("""
        UPDATE identifiers SET valid_to = :at
        WHERE person_id = :person_id AND account_id = :account_id AND valid_to IS NULL
    """),
    statement("UPDATE persons SET profile_sealed = :profile_sealed WHERE person_id = :person_id"),
    statement("""
        UPDATE grants SET revoked_at = :at, revoke_reason = :reason
        WHERE person_id = :person_id AND account_id = :account_id AND revoked_at IS NULL
    """),
    statement("DELETE FROM consents WHERE person_id = :person_id"),
    statement("""
        UPDATE register_jobs SET claim_sealed = NULL, finished_at = :at, result = :reason
        WHERE person_id = :person_id AND account_id = :account_id AND finished_at IS NULL
    """),
    *_erased(),
)


OWN_WRITES = dict(
    [
        write(ReplaceProfile, _REPLACE_PROFILE),
        write(SetLocale, _SET_LOCALE),
        write(WithdrawConsent, _WITHDRAW),
        write(StopCodes, _STOP_CODES),
        write(RevokeClientGrants, _REVOKE_AT_CLIENT),
        write(TellPortal, _TELL_PORTAL),
        write(ScheduleErasure, _SCHEDULE),
        write(BeginErasure, _BEGIN_ERASURE),
        write(EraseAccount, *_ERASE),
    ]
)
