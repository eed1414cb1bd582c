"""How grants, refresh families, revocations and values used once are written, one commit at a time.

PostgreSQL writes the hot ones among them in batches instead (`postgres_batches.py`), with the same conditions.
"""

from idp.adapters.sql import tables
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.officers.standing import may_act
from idp.grants.model import (
    ClaimOnce,
    RetryRotation,
    RevokeAccessToken,
    RevokeGrant,
    RevokeGrantOfCode,
    RotateFamily,
    StartFamily,
    StartGrant,
)

_START_GRANT = statement(f"""
    INSERT INTO grants (person_id, grant_id, code_hash, client_id, session_id, account_id, scope, nonce, auth_time,
                        acr, amr, offline, created_at, expires_at, mandate_id, acting_sealed, subject_id,
                        dpop_jkt, claims, resources, details_sealed)
    SELECT :person_id, :grant_id, :code_hash, :client_id, :session_id, :account_id, :scope, :nonce, :auth_time,
           :acr, :amr, :offline, :created_at, :expires_at, :mandate_id, :acting_sealed, :subject_id,
           :dpop_jkt, :claims, :resources, :details_sealed
    FROM sessions s JOIN accounts a ON a.person_id = s.person_id AND a.account_id = s.account_id
    WHERE s.person_id = :person_id AND s.session_id = :session_id AND s.account_id = :account_id
      AND s.ended_at IS NULL AND s.expires_at > :created_at
      AND (s.idle_until > :created_at OR NOT s.shared_computer) AND s.codes_since < :issued_at AND a.status = 'open'
      AND {may_act("a", ":created_at")}
      AND (:mandate_id IS NULL OR EXISTS (
          SELECT 1 FROM mandates m
          WHERE m.mandate_id = :mandate_id AND m.actor_id = :person_id AND m.accepted_at IS NOT NULL
            AND m.starts_at <= :created_at AND m.ends_at > :created_at
            AND m.ended_at IS NULL AND m.suspended_at IS NULL))
    ON CONFLICT DO NOTHING
    RETURNING 1
""")  # noqa: S608 (conditions of ours)

_NOT_REVOKED = """EXISTS (
        SELECT 1 FROM grants g
        WHERE g.person_id = :person_id AND g.grant_id = :grant_id AND g.revoked_at IS NULL)
"""

_ROTATE_FAMILY = statement(f"""
    UPDATE refresh_families
    SET previous_hash = head_hash, head_hash = :head_hash, successor_sealed = :successor_sealed,
        generation = generation + 1, rotated_at = :rotated_at
    WHERE person_id = :person_id AND grant_id = :grant_id AND head_hash = :presented_hash AND {_NOT_REVOKED}
    RETURNING 1
""")  # noqa: S608 (constants of this module)

_RETRY_ROTATION = statement(f"""
    SELECT 1 FROM refresh_families
    WHERE person_id = :person_id AND grant_id = :grant_id AND previous_hash = :previous_hash AND {_NOT_REVOKED}
""")  # noqa: S608 (constants of this module)

_REVOKE_GRANT = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND grant_id = :grant_id AND revoked_at IS NULL
""")

_REVOKE_GRANT_OF_CODE = statement("""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason
    WHERE person_id = :person_id AND code_hash = :code_hash AND revoked_at IS NULL
""")


GRANT_WRITES = dict(
    [
        write(StartGrant, _START_GRANT, of="grant"),
        write(StartFamily, insert_into(tables.refresh_families), of="family"),
        write(RotateFamily, _ROTATE_FAMILY),
        write(RetryRotation, _RETRY_ROTATION),
        write(RevokeGrant, _REVOKE_GRANT),
        write(RevokeGrantOfCode, _REVOKE_GRANT_OF_CODE),
        write(RevokeAccessToken, insert_into(tables.revoked_tokens, "ON CONFLICT DO NOTHING"), revoked_at="at"),
        write(ClaimOnce, insert_into(tables.used_once, "ON CONFLICT DO NOTHING RETURNING 1")),
    ]
)
