"""How officers' accounts are issued, set up, extended and withdrawn, and what ends with them."""

from idp.adapters.sql import tables
from idp.adapters.sql.account.account_writes import TELL_PORTALS_OF_ENDED, WRITTEN_LATER
from idp.adapters.sql.delegation import tables as tables_acting
from idp.adapters.sql.engine.instants import to_micros, to_micros_or_none
from idp.adapters.sql.engine.statements import Parameters, insert_into, statement
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


def _issue(effect: IssueOfficer) -> Parameters:
    account, officer = effect.account, effect.officer
    return {
        "person_id": account.person_id,
        "account_id": account.id,
        "status": account.status.value,
        "proof": account.proof.value,
        "proved_at": to_micros_or_none(account.proved_at),
        "locale": account.locale,
        "created_at": to_micros(account.created_at),
        "two_steps": True,
        "account_kind": account.kind.value,
        "number_index": effect.name.blind_index,
        "number_sealed": effect.name.sealed,
        "profile_sealed": effect.profile_sealed,
        "agency": officer.agency,
        "post": officer.post,
        "officer_code": officer.code,
        "starts_at": to_micros(officer.starts_at),
        "ends_at": to_micros(officer.ends_at),
        "issued_by": officer.issued_by,
        "enrolment_hash": effect.enrolment_hash,
        "enrolment_ends_at": to_micros_or_none(effect.enrolment_ends_at),
        "asked_by": officer.asked.by if officer.asked else None,
        "asked_at": to_micros(officer.asked.at) if officer.asked else None,
        "contact_sealed": officer.asked.contact_sealed if officer.asked else None,
    }


def _ask(effect: AskEnrolment) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "asked_by": effect.asked.by,
        "asked_at": to_micros(effect.asked.at),
        "contact_sealed": effect.asked.contact_sealed,
    }


def _confirm(effect: ConfirmEnrolment) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "asked_by": effect.asked.by,
        "asked_at": to_micros(effect.asked.at),
        "enrolment_hash": effect.enrolment_hash,
        "enrolment_ends_at": to_micros(effect.enrolment_ends_at),
        "now": to_micros(effect.now),
        "confirmed_by": effect.by,
    }


def _renew(effect: RenewEnrolment) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "enrolment_hash": effect.enrolment_hash,
        "enrolment_ends_at": to_micros(effect.enrolment_ends_at),
        "renewed_by": effect.by,
        "now": to_micros(effect.now),
    }


def _enrol(effect: EnrolOfficer) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "enrolment_hash": effect.enrolment_hash,
        "password_hash": effect.password_hash,
        "now": to_micros(effect.now),
        "person_number_index": effect.number.blind_index if effect.number else None,
        "person_number_sealed": effect.number.sealed if effect.number else None,
    }


def _hold(effect: HoldOfficer) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id, "now": to_micros(effect.now)}


def _extend(effect: ExtendOfficer) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id, "ends_at": to_micros(effect.ends_at)}


def _withdraw(effect: WithdrawOfficer) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "at": to_micros(effect.at),
        "reason": effect.reason,
    }


def _end(effect: EndOfficerAccess) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "at": to_micros(effect.at),
        "reason": effect.reason,
        "gives_up_at": to_micros(effect.gives_up_at),
    }


def _keep(effect: KeepAssistance) -> Parameters:
    return {
        "person_id": effect.person_id,
        "assistance_id": effect.assistance_id,
        "account_id": effect.account_id,
        "session_id": effect.session_id,
        "officer_person_id": effect.officer_person_id,
        "officer_account_id": effect.officer_account_id,
        "client_id": effect.client_id,
        "at": to_micros(effect.at),
        "ends_at": to_micros(effect.ends_at),
    }


OFFICER_WRITES = dict(
    [
        write(
            IssueOfficer,
            _issue,
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
        ),
        write(RenewEnrolment, _renew, _RENEW_ENROLMENT),
        write(AskEnrolment, _ask, _ASK_ENROLMENT),
        write(ConfirmEnrolment, _confirm, _CONFIRM_ENROLMENT),
        write(EnrolOfficer, _enrol, _USE_ENROLMENT, _KEEP_PASSWORD),
        write(HoldOfficer, _hold, _HOLD),
        write(ExtendOfficer, _extend, _EXTEND),
        write(WithdrawOfficer, _withdraw, _WITHDRAW, _LOCK, _CANCEL_BEGUN_RECOVERIES),
        write(
            EndOfficerAccess,
            _end,
            _END_SESSIONS,
            _END_ASSISTED,
            TELL_PORTALS_OF_ENDED,
            _TELL_PORTALS_OF_ASSISTED,
            _REVOKE,
            _REVOKE_ASSISTED,
        ),
        write(KeepAssistance, _keep, insert_into(tables_acting.assistances)),
    ]
)
