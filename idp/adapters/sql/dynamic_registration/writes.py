"""How tokens are issued, used and ended, and how registrations and publishers are kept."""

import msgspec
import orjson

from idp.adapters.sql.dynamic_registration import tables
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.statements import Statement, statement
from idp.adapters.sql.engine.writes import write
from idp.admin.dynamic_registration.effects import (
    CountManagementAttempt,
    CountTokenAttempt,
    DistrustPublisher,
    EndRegistration,
    IssueInitialToken,
    KeepRegistration,
    KeepStatement,
    RevokeInitialToken,
    TrustPublisher,
    UseInitialToken,
)

# Two of one agency wait for each other, so that neither counts without the other.
_HOLD_CLIENTS = statement("UPDATE change_counters SET version = version WHERE topic = 'clients'")
_ISSUE = statement("""
    INSERT INTO initial_access_tokens
        (token_id, token_hash, agency, label, policy, uses, uses_left, created_by, created_at, expires_at, revoked_at,
         tries, tries_since)
    SELECT :token_id, :token_hash, :agency, :label, :policy, :uses, :uses_left, :created_by, :created_at, :expires_at,
        :revoked_at, :tries, :created_at
    WHERE (
        SELECT COUNT(*) FROM initial_access_tokens t
        WHERE t.agency = :agency AND t.revoked_at IS NULL AND t.uses_left > 0 AND t.expires_at > :created_at) < :most
    RETURNING 1
""")
_REVOKE = statement(
    "UPDATE initial_access_tokens SET revoked_at = :at WHERE token_id = :token_id AND revoked_at IS NULL RETURNING 1"
)
_USE = statement("""
    UPDATE initial_access_tokens SET uses_left = uses_left - 1
    WHERE token_id = :token_id AND uses_left > 0 AND revoked_at IS NULL AND expires_at > :now
    RETURNING 1
""")


def _try(table: str, key: str) -> Statement:
    return statement(f"""
        UPDATE {table}
        SET tries = CASE WHEN tries_since <= :since THEN 1 ELSE tries + 1 END,
            tries_since = CASE WHEN tries_since <= :since THEN :now ELSE tries_since END
        WHERE {key} = :{key} AND (tries_since <= :since OR tries < :most)
        RETURNING 1
    """)  # noqa: S608 (constants of this module)


_KEEP = statement("""
    INSERT INTO client_registrations (client_id, token_hash, token_id, statement, registered_at, tries, tries_since)
    SELECT :client_id, :token_hash, :token_id, :statement, :registered_at, :tries, :registered_at
    WHERE (
        SELECT COUNT(*) FROM client_registrations r JOIN clients c ON c.client_id = r.client_id
        WHERE c.agency = :agency AND c.disabled_at IS NULL) < :most
    RETURNING 1
""")
_KEEP_STATEMENT = statement(
    "UPDATE client_registrations SET statement = :statement WHERE client_id = :client_id RETURNING 1"
)
_END = statement("DELETE FROM client_registrations WHERE client_id = :client_id RETURNING 1")
_TRUST = statement("""
    INSERT INTO software_publishers (agency, issuer, jwks, added_at)
    SELECT :agency, :issuer, :jwks, :added_at
    WHERE (SELECT COUNT(*) FROM software_publishers p WHERE p.agency = :agency AND p.issuer <> :issuer) < :most
    ON CONFLICT (agency, issuer) DO UPDATE SET jwks = excluded.jwks, added_at = excluded.added_at
    RETURNING 1
""")
_DISTRUST = statement("DELETE FROM software_publishers WHERE agency = :agency AND issuer = :issuer RETURNING 1")


def _policy(effect: IssueInitialToken) -> str:
    return msgspec.json.encode(effect.token.policy).decode()


def _jwks(effect: TrustPublisher) -> str:
    return orjson.dumps(effect.publisher.jwks).decode()


DYNAMIC_REGISTRATION_WRITES = dict(
    [
        write(IssueInitialToken, _HOLD_CLIENTS, _ISSUE, of="token", policy=_policy, tries=Fixed(0), decides=1),
        write(RevokeInitialToken, _REVOKE),
        write(CountTokenAttempt, _try(tables.initial_access_tokens.name, "token_id")),
        write(UseInitialToken, _USE),
        write(KeepRegistration, _KEEP, tries=Fixed(0)),
        write(CountManagementAttempt, _try(tables.client_registrations.name, "client_id")),
        write(KeepStatement, _KEEP_STATEMENT),
        write(EndRegistration, _END),
        write(TrustPublisher, _HOLD_CLIENTS, _TRUST, of="publisher", jwks=_jwks, decides=1),
        write(DistrustPublisher, _DISTRUST),
    ]
)
