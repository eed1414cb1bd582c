"""How contacts and passwords are replaced."""

from idp.adapters.sql import tables
from idp.adapters.sql.account.account_writes import TELL_PORTALS_OF_ENDED
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.factors.contacts.model import RemoveContact, SetContact
from idp.factors.password.effects import AcceptPassword, ChangePassword, EndOtherAccess

_SET_CONTACT = insert_into(
    tables.contacts,
    """ON CONFLICT (person_id, account_id, kind) DO UPDATE
       SET blind_index = excluded.blind_index, sealed = excluded.sealed, confirmed_at = excluded.confirmed_at,
           last_confirmed_at = NULL, asked_again_at = NULL""",
    leaving_out=frozenset({"last_confirmed_at", "asked_again_at"}),
)
_REMOVE_CONTACT = statement("""
    DELETE FROM contacts WHERE person_id = :person_id AND account_id = :account_id AND kind = :kind
""")

_ACCEPT = statement("""
    UPDATE passwords SET failures = 0, retry_at = NULL,
      short = CASE WHEN :renewed IS NULL THEN short ELSE :short END, password_hash = COALESCE(:renewed, password_hash)
    WHERE person_id = :person_id AND account_id = :account_id AND password_hash = :password_hash
    RETURNING 1
""")
_CHANGE = statement("""
    UPDATE passwords SET password_hash = :password_hash, short = :short, failures = 0, retry_at = NULL
    WHERE person_id = :person_id AND account_id = :account_id AND password_hash = :before
    RETURNING 1
""")
_NEEDS_TWO_STEPS = statement("""
    UPDATE accounts SET two_steps = TRUE WHERE person_id = :person_id AND account_id = :account_id AND :short
""")

_END_OTHERS = statement("""
    UPDATE sessions SET ended_at = :at, end_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND session_id <> :session_id AND ended_at IS NULL
""")
_REVOKE_OTHERS = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND account_id = :account_id AND session_id <> :session_id AND revoked_at IS NULL
""")


CONTACT_WRITES = dict(
    [
        write(SetContact, _SET_CONTACT, of="contact"),
        write(RemoveContact, _REMOVE_CONTACT),
        write(AcceptPassword, _ACCEPT),
        write(ChangePassword, _CHANGE, _NEEDS_TWO_STEPS),
        write(EndOtherAccess, _END_OTHERS, TELL_PORTALS_OF_ENDED, _REVOKE_OTHERS, session_id="kept_session_id"),
    ]
)
