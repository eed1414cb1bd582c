"""How accounts are opened, proofs and consents kept, and password tries counted."""

from idp.account.merging.joining_model import SET_ASIDE
from idp.account.model import (
    CountPasswordTry,
    ForgetPasswordTries,
    GiveConsent,
    OpenAccount,
    RecordProof,
    SetAccountStatus,
)
from idp.adapters.sql import tables
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.factors.waits import next_try
from idp.imports.model import DUPLICATE
from idp.recovery.model import NOT_ME

# What an account has not yet when it is opened.
WRITTEN_LATER = frozenset(
    {
        *("locked_for", "locked_below", "phone_rests_until", "epoch", "two_steps_at", "two_steps_from", "erase_at"),
        *("evidence_kind", "evidence_at", "evidence_source", "imported_at"),
    }
)
# The number comes first because it decides. Two that open at once meet at the unique index of active numbers; a
# number that once was another person's stays closed to everybody else, unless theirs was closed
# without the register ever having said that the number was theirs, or was set aside for who has it.
_OPEN_IDENTIFIER = statement(f"""
    INSERT INTO identifiers (person_id, account_id, blind_index, sealed, valid_from)
    SELECT :person_id, :account_id, :number_index, :number_sealed, :created_at
    WHERE NOT EXISTS (
        SELECT 1 FROM identifiers i
        JOIN accounts a ON a.person_id = i.person_id AND a.account_id = i.account_id
        WHERE i.blind_index = :number_index
          AND (i.valid_to IS NULL
               OR (i.person_id <> :person_id AND COALESCE(a.locked_for, '') NOT IN ('{SET_ASIDE}', '{DUPLICATE}')
                   AND (a.status <> 'closed' OR a.proof = 'proved' OR a.proved_at IS NOT NULL))))
    ON CONFLICT DO NOTHING
    RETURNING 1
""")  # noqa: S608 (a constant of ours)
_OPEN_PERSON = insert_into(
    tables.persons,
    "ON CONFLICT (person_id) DO UPDATE SET profile_sealed = excluded.profile_sealed",
    leaving_out=frozenset({"known_as"}),
)
_OPEN_CONTACT = statement("""
    INSERT INTO contacts (person_id, account_id, kind, blind_index, sealed, confirmed_at)
    VALUES (:person_id, :account_id, 'phone', :phone_index, :phone_sealed, :created_at)
""")
_OPEN_PASSWORD = statement("""
    INSERT INTO passwords (person_id, account_id, password_hash, failures)
    VALUES (:person_id, :account_id, :password_hash, 0)
""")

_COUNT_TRY = statement(f"""
    UPDATE passwords SET failures = failures + 1, retry_at = {next_try("failures")}
    WHERE person_id = :person_id AND account_id = :account_id
      AND failures < :limit AND (retry_at IS NULL OR retry_at <= :now)
    RETURNING 1
""")  # noqa: S608 (numbers of ours)

_FORGET_TRIES = statement("""
    UPDATE passwords SET failures = 0, retry_at = NULL WHERE person_id = :person_id AND account_id = :account_id
""")

_GIVE_CONSENT = insert_into(
    tables.consents,
    """ON CONFLICT (person_id, client_id) DO UPDATE SET scope = excluded.scope, text_version = excluded.text_version,
        locale = excluded.locale, given_at = excluded.given_at""",
)

# Two can hold a lock: the owner by "not me", and one of support, operator or register above. Opening lifts the one
# above and leaves the owner's, which a recovery opens: whoever calls support may be the one it was locked against.
# Recovery in turn lifts the owner's alone, and never one that stands above. An account without a number, set aside or
# a duplicate, is opened by nobody: it waits to be joined.
_BOTH_HOLD = f"""
    :status = 'locked' AND status = 'locked'
    AND (locked_below IS NOT NULL OR (COALESCE(locked_for, '') = '{NOT_ME}') <> (:reason = '{NOT_ME}'))
"""
_SET_STATUS = statement(f"""
    UPDATE accounts SET
      status = CASE WHEN :status = 'open' AND locked_below IS NOT NULL THEN 'locked' ELSE :status END,
      locked_for = CASE WHEN :status = 'open' THEN locked_below WHEN :status <> 'locked' THEN NULL
        WHEN status = 'locked' AND COALESCE(locked_for, '') <> '{NOT_ME}' THEN locked_for ELSE :reason END,
      locked_below = CASE WHEN {_BOTH_HOLD} THEN '{NOT_ME}' END,
      erase_at = CASE WHEN :status = 'closed' THEN erase_at END
    WHERE person_id = :person_id AND account_id = :account_id AND status = :before
      AND NOT (:status = 'open' AND COALESCE(locked_for, '') IN ('{SET_ASIDE}', '{DUPLICATE}'))
    RETURNING 1
""")  # noqa: S608 (constants of ours)
# When it is reopened too: a sign-in that was under way while the account was locked may have left a session behind.
_END_SESSIONS = statement("""
    UPDATE sessions SET ended_at = :at, end_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND ended_at IS NULL
""")
# After the sessions have ended: from then on no grant can begin in them (StartGrant looks), so none is missed.
_TELL = """
    INSERT INTO outbox (kind, key, payload, due_at, gives_up_at, attempts, delivered, result, lane)
    SELECT 'logout_notice', told.session_id || ':' || told.client_id, {payload}, :at, :gives_up_at,
        0, FALSE, '', 'logout_notice:' || told.client_id
    FROM (
        SELECT grants.session_id, grants.client_id, MAX(grants.subject_id) AS subject_id FROM grants
        JOIN sessions ON sessions.person_id = grants.person_id AND sessions.session_id = grants.session_id
        WHERE sessions.person_id = :person_id AND sessions.account_id = :account_id
          AND sessions.ended_at = :at AND sessions.end_reason = :reason
        GROUP BY grants.session_id, grants.client_id) told
    JOIN clients ON clients.client_id = told.client_id
    WHERE clients.backchannel_logout_uri IS NOT NULL AND clients.disabled_at IS NULL
    ON CONFLICT DO NOTHING
"""
_NOTICE = (
    "'session_id', told.session_id, 'client_id', told.client_id, 'person_id', :person_id, 'subject_id', told.subject_id"
)
TELL_PORTALS_OF_ENDED = statement(
    _TELL.format(payload=f"CAST(json_object({_NOTICE}) AS BLOB)"),
    postgres=_TELL.format(payload=f"convert_to(CAST(json_build_object({_NOTICE}) AS text), 'UTF8')"),
)


# Columns that an account gets later, each from its own effect.


ACCOUNT_WRITES = dict(
    [
        write(
            OpenAccount,
            _OPEN_IDENTIFIER,
            _OPEN_PERSON,
            insert_into(tables.accounts, leaving_out=WRITTEN_LATER),
            _OPEN_CONTACT,
            _OPEN_PASSWORD,
            of="account",
            number_index="number.blind_index",
            phone_index="phone.blind_index",
        ),
        write(RecordProof, insert_into(tables.proofs), proof_id="id"),
        write(CountPasswordTry, _COUNT_TRY),
        write(ForgetPasswordTries, _FORGET_TRIES),
        write(GiveConsent, _GIVE_CONSENT, of="consent"),
        write(SetAccountStatus, _SET_STATUS, _END_SESSIONS, TELL_PORTALS_OF_ENDED),
    ]
)
