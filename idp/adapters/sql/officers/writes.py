"""How officers' accounts are issued, set up, extended and withdrawn, and what ends with them."""

from idp.adapters.sql import tables
from idp.adapters.sql.account.account_writes import TELL_PORTALS_OF_ENDED, WRITTEN_LATER
from idp.adapters.sql.delegation import tables as tables_acting
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.officers.model import (
    AskEnrolment,
    ConfirmEnrolment,
    EndOfficerAccess,
    EnrolOfficer,
    ExtendOfficer,
    HoldOfficer,
    IssueOfficer,
    KeepAssistance,
    RenewEnrolment,
    WithdrawOfficer,
)

_OF_ACCOUNT = "person_id = :person_id AND account_id = :account_id"
_NOT_SET_UP = "(enrolment_hash IS NOT NULL OR asked_at IS NOT NULL)"
# The name decides first, as a number does at registration; then the code of the officer.
_ISSUE_NAME = statement("""
    INSERT INTO identifiers (person_id, account_id, blind_index, sealed, valid_from)
    SELECT :person_id, :account_id, :number_index, :number_sealed, :created_at
    WHERE NOT EXISTS (SELECT 1 FROM identifiers WHERE blind_index = :number_index)
      AND NOT EXISTS (SELECT 1 FROM officers WHERE officer_code = :officer_code)
    ON CONFLICT DO NOTHING
    RETURNING 1
""")
_RENEW_ENROLMENT = statement(f"""
    UPDATE officers SET enrolment_hash = :enrolment_hash, enrolment_ends_at = :enrolment_ends_at,
        renewed_by = :renewed_by, renewed_at = :now, asked_by = NULL, asked_at = NULL, contact_sealed = NULL
    WHERE {_OF_ACCOUNT} AND {_NOT_SET_UP} AND withdrawn_at IS NULL AND ends_at > :now
    RETURNING 1
""")  # noqa: S608 (constants, here and below)
_ASK_ENROLMENT = statement(f"""
    UPDATE officers SET enrolment_hash = NULL, enrolment_ends_at = NULL,
        asked_by = :asked_by, asked_at = :asked_at, contact_sealed = :contact_sealed
    WHERE {_OF_ACCOUNT} AND {_NOT_SET_UP} AND withdrawn_at IS NULL AND ends_at > :asked_at
    RETURNING 1
""")  # noqa: S608
# Who asked for it is who made this account, as with a code that one person renewed: the thirty days begin anew.
_CONFIRM_ENROLMENT = statement(f"""
    UPDATE officers SET enrolment_hash = :enrolment_hash, enrolment_ends_at = :enrolment_ends_at,
        renewed_by = asked_by, renewed_at = :now, confirmed_by = :confirmed_by,
        asked_by = NULL, asked_at = NULL, contact_sealed = NULL
    WHERE {_OF_ACCOUNT} AND asked_by = :asked_by AND asked_at = :asked_at AND asked_by <> :confirmed_by
      AND withdrawn_at IS NULL AND ends_at > :now
    RETURNING 1
""")  # noqa: S608
_USE_ENROLMENT = statement(f"""
    UPDATE officers SET enrolment_hash = NULL, enrolment_ends_at = NULL,
        person_number_index = :person_number_index, person_number_sealed = :person_number_sealed
    WHERE {_OF_ACCOUNT} AND enrolment_hash = :enrolment_hash AND enrolment_ends_at > :now AND withdrawn_at IS NULL
      AND ends_at > :now
    RETURNING 1
""")  # noqa: S608
_KEEP_PASSWORD = statement("""
    INSERT INTO passwords (person_id, account_id, password_hash, failures)
    VALUES (:person_id, :account_id, :password_hash, 0)
""")
# An update that changes nothing takes the row's lock, as HoldAccount does.
_HOLD = statement(f"""
    UPDATE officers SET agency = agency
    WHERE {_OF_ACCOUNT} AND withdrawn_at IS NULL AND starts_at <= :now AND ends_at > :now
    RETURNING 1
""")  # noqa: S608
_EXTEND = statement(f"UPDATE officers SET ends_at = :ends_at WHERE {_OF_ACCOUNT} AND withdrawn_at IS NULL RETURNING 1")  # noqa: S608

_WITHDRAW = statement(f"""
    UPDATE officers SET withdrawn_at = :at, withdraw_reason = :reason, enrolment_hash = NULL, enrolment_ends_at = NULL,
        asked_by = NULL, asked_at = NULL, contact_sealed = NULL
    WHERE {_OF_ACCOUNT} AND withdrawn_at IS NULL
    RETURNING 1
""")  # noqa: S608
_LOCK = statement(f"UPDATE accounts SET status = 'locked', locked_for = :reason WHERE {_OF_ACCOUNT}")  # noqa: S608
_CANCEL_BEGUN_RECOVERIES = statement("""
    UPDATE recoveries SET cancelled_at = :at
    WHERE (assisted_by = :account_id OR seconded_by = :account_id)
      AND cancelled_at IS NULL AND finished_at IS NULL AND ends_at > :at
""")

_ASSISTED = "SELECT x.person_id, x.session_id FROM assistances x WHERE x.officer_account_id = :account_id"
_END_SESSIONS = statement(
    f"UPDATE sessions SET ended_at = :at, end_reason = :reason WHERE {_OF_ACCOUNT} AND ended_at IS NULL"  # noqa: S608
)
_END_ASSISTED = statement(f"""
    UPDATE sessions SET ended_at = :at, end_reason = :reason
    WHERE ended_at IS NULL AND (person_id, session_id) IN ({_ASSISTED} AND x.ends_at > :at)
""")  # noqa: S608
_TELL_ASSISTED = """
    INSERT INTO outbox (kind, key, payload, due_at, gives_up_at, attempts, delivered, result, lane)
    SELECT 'logout_notice', told.session_id || ':' || told.client_id, {payload}, :at, :gives_up_at,
        0, FALSE, '', 'logout_notice:' || told.client_id
    FROM (
        SELECT DISTINCT g.person_id, g.session_id, g.client_id FROM assistances x
        JOIN sessions s ON s.person_id = x.person_id AND s.session_id = x.session_id
        JOIN grants g ON g.person_id = s.person_id AND g.session_id = s.session_id
        WHERE x.officer_account_id = :account_id AND s.ended_at = :at AND s.end_reason = :reason) told
    JOIN clients ON clients.client_id = told.client_id
    WHERE clients.backchannel_logout_uri IS NOT NULL AND clients.disabled_at IS NULL
    ON CONFLICT DO NOTHING
"""
_NOTICE = "'session_id', told.session_id, 'client_id', told.client_id, 'person_id', told.person_id"
_TELL_PORTALS_OF_ASSISTED = statement(
    _TELL_ASSISTED.format(payload=f"CAST(json_object({_NOTICE}) AS BLOB)"),
    postgres=_TELL_ASSISTED.format(payload=f"convert_to(CAST(json_build_object({_NOTICE}) AS text), 'UTF8')"),
)
_REVOKE = statement(f"""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE revoked_at IS NULL AND {_OF_ACCOUNT}
""")  # noqa: S608
_REVOKE_ASSISTED = statement(f"""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE revoked_at IS NULL AND expires_at > :at AND (person_id, session_id) IN ({_ASSISTED})
""")  # noqa: S608


OFFICER_WRITES = dict(
    [
        write(
            IssueOfficer,
            _ISSUE_NAME,
            insert_into(tables.persons, leaving_out=frozenset({"known_as"})),
            insert_into(tables.accounts, leaving_out=WRITTEN_LATER),
            insert_into(
                tables_acting.officers,
                leaving_out=frozenset(
                    {
                        "withdrawn_at",
                        "withdraw_reason",
                        "renewed_by",
                        "renewed_at",
                        "confirmed_by",
                        "person_number_index",
                        "person_number_sealed",
                    }
                ),
            ),
            of=("account", "officer"),
            person_id="account.person_id",
            account_id="account.id",
            created_at="account.created_at",
            two_steps=Fixed(value=True),
            number_index="name.blind_index",
            number_sealed="name.sealed",
            enrolment_ends_at="enrolment_ends_at",
            contact_sealed="officer.asked.contact_sealed",
        ),
        write(RenewEnrolment, _RENEW_ENROLMENT, renewed_by="by"),
        write(AskEnrolment, _ASK_ENROLMENT, of="asked"),
        write(ConfirmEnrolment, _CONFIRM_ENROLMENT, confirmed_by="by"),
        write(
            EnrolOfficer,
            _USE_ENROLMENT,
            _KEEP_PASSWORD,
            person_number_index="number.blind_index",
            person_number_sealed="number.sealed",
        ),
        write(HoldOfficer, _HOLD),
        write(ExtendOfficer, _EXTEND),
        write(WithdrawOfficer, _WITHDRAW, _LOCK, _CANCEL_BEGUN_RECOVERIES),
        write(
            EndOfficerAccess,
            _END_SESSIONS,
            _END_ASSISTED,
            TELL_PORTALS_OF_ENDED,
            _TELL_PORTALS_OF_ASSISTED,
            _REVOKE,
            _REVOKE_ASSISTED,
        ),
        write(KeepAssistance, insert_into(tables_acting.assistances)),
    ]
)
