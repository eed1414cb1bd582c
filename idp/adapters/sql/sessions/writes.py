"""How sessions are started, renewed and ended, and how the portals of an ended one are told."""

from idp.adapters.sql import tables
from idp.adapters.sql.engine.instants import to_micros, to_words
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.sessions.model import EndSession, KeepSession, RenewSession, StartSession, TellPortals

_OPEN = frozenset({"ended_at", "end_reason", "codes_since"})

_RENEW = statement("""
    UPDATE sessions
    SET secret_hash = :secret_hash, auth_time = :auth_time, acr = :acr, amr = :amr, expires_at = :expires_at,
        factor_at = :factor_at, idle_until = :idle_until, shared_computer = :shared_computer,
        device_id = :device_id, browser = :browser, address = :address, mandate_id = :mandate_id,
        acting_chosen_at = :acting_chosen_at, assistance_sealed = :assistance_sealed,
        upstream_sealed = :upstream_sealed, shown = :shown
    WHERE person_id = :person_id AND session_id = :session_id AND secret_hash = :previous_secret_hash
      AND ended_at IS NULL AND expires_at > :auth_time
    RETURNING 1
""")

_KEEP = statement("""
    UPDATE sessions SET idle_until = :idle_until
    WHERE person_id = :person_id AND session_id = :session_id AND ended_at IS NULL AND idle_until < :idle_until
""")

_END = statement("""
    UPDATE sessions SET ended_at = :at, end_reason = :reason
    WHERE person_id = :person_id AND session_id = :session_id AND ended_at IS NULL
    RETURNING 1
""")

_TELL = """
    INSERT INTO outbox (kind, key, payload, due_at, gives_up_at, attempts, delivered, result, lane)
    SELECT 'logout_notice', :session_id || ':' || told.client_id, {payload}, :at, :gives_up_at,
        0, FALSE, '', 'logout_notice:' || told.client_id
    FROM (
        SELECT client_id, MAX(subject_id) AS subject_id FROM grants
        WHERE person_id = :person_id AND session_id = :session_id GROUP BY client_id) told
    JOIN clients ON clients.client_id = told.client_id
    WHERE clients.backchannel_logout_uri IS NOT NULL AND clients.disabled_at IS NULL
    ON CONFLICT DO NOTHING
"""
_NOTICE = (
    "'session_id', :session_id, 'client_id', told.client_id, 'person_id', :person_id, 'subject_id', told.subject_id"
)
_TELL_PORTALS = statement(
    _TELL.format(payload=f"CAST(json_object({_NOTICE}) AS BLOB)"),
    postgres=_TELL.format(payload=f"convert_to(CAST(json_build_object({_NOTICE}) AS text), 'UTF8')"),
)


def _shown(effect: StartSession | RenewSession) -> str:
    return to_words(f"{factor}:{to_micros(at)}" for factor, at in effect.session.shown)


SESSION_WRITES = dict(
    [
        write(StartSession, insert_into(tables.sessions, leaving_out=_OPEN), of="session", shown=_shown),
        write(RenewSession, _RENEW, of="session", shown=_shown),
        write(KeepSession, _KEEP),
        write(EndSession, _END),
        write(TellPortals, _TELL_PORTALS),
    ]
)
