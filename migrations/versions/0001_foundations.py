"""Foundations: persons, sessions, grants, outbox, audit, keys and clients.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the first tables, and a counter for each thing that processes cache."""
    _persons()
    _credentials()
    _sessions_and_grants()
    _tokens()
    _messages_and_events()
    _operators()
    op.execute("INSERT INTO change_counters (topic, version) VALUES ('clients', 0), ('keys', 0)")


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(26), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _persons() -> None:
    op.create_table(
        "persons",
        _id("person_id"),
        _bytes("profile_sealed"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("person_id", name="pk_persons"),
    )
    op.create_table(
        "accounts",
        _id("person_id"),
        _id("account_id"),
        _text("status"),
        _text("proof"),
        _text("locale"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("person_id", "account_id", name="pk_accounts"),
    )
    op.create_table(
        "identifiers",
        _id("person_id"),
        _id("account_id"),
        _bytes("blind_index"),
        _bytes("sealed"),
        _instant("valid_from"),
        _instant("valid_to", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "account_id", "blind_index", name="pk_identifiers"),
    )
    op.create_index("ix_identifiers_blind_index", "identifiers", ["blind_index"])
    op.create_index(
        "uq_identifiers_active",
        "identifiers",
        ["blind_index"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def _credentials() -> None:
    op.create_table(
        "contacts",
        _id("person_id"),
        _id("account_id"),
        _text("kind"),
        _bytes("blind_index"),
        _bytes("sealed"),
        _instant("confirmed_at"),
        sa.PrimaryKeyConstraint("person_id", "account_id", "kind", name="pk_contacts"),
    )
    op.create_index("ix_contacts_blind_index", "contacts", ["blind_index"])
    op.create_table(
        "passwords",
        _id("person_id"),
        _id("account_id"),
        _text("password_hash"),
        sa.Column("failures", sa.Integer, nullable=False),
        _instant("retry_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "account_id", name="pk_passwords"),
    )
    op.create_table(
        "proofs",
        _id("person_id"),
        _id("proof_id"),
        _text("verdict"),
        _text("request_id"),
        _text("purpose"),
        _instant("at"),
        sa.PrimaryKeyConstraint("person_id", "proof_id", name="pk_proofs"),
    )
    op.create_table(
        "consents",
        _id("person_id"),
        _text("client_id"),
        _text("scope"),
        _text("text_version"),
        _text("locale"),
        _instant("given_at"),
        sa.PrimaryKeyConstraint("person_id", "client_id", name="pk_consents"),
    )


def _sessions_and_grants() -> None:
    op.create_table(
        "sessions",
        _id("person_id"),
        _id("session_id"),
        _bytes("secret_hash"),
        _id("account_id"),
        _instant("auth_time"),
        _text("acr"),
        _text("amr"),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("ended_at", nullable=True),
        _text("end_reason", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "session_id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_secret_hash", "sessions", ["secret_hash"])
    op.create_table(
        "grants",
        _id("person_id"),
        _id("grant_id"),
        _bytes("code_hash"),
        _text("client_id"),
        _id("session_id"),
        _id("account_id"),
        _text("scope"),
        _text("nonce", nullable=True),
        _instant("auth_time"),
        _text("acr"),
        _text("amr"),
        sa.Column("offline", sa.Boolean, nullable=False),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("revoked_at", nullable=True),
        _text("revoke_reason", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "grant_id", name="pk_grants"),
        sa.UniqueConstraint("person_id", "code_hash", name="uq_grants_person_id_code_hash"),
    )
    op.create_index("ix_grants_grant_id", "grants", ["grant_id"])
    op.create_index("ix_grants_person_id_session_id", "grants", ["person_id", "session_id"])


def _tokens() -> None:
    op.create_table(
        "refresh_families",
        _id("person_id"),
        _id("grant_id"),
        _bytes("head_hash"),
        _bytes("previous_hash", nullable=True),
        _bytes("successor_sealed", nullable=True),
        sa.Column("generation", sa.Integer, nullable=False),
        _instant("rotated_at"),
        sa.PrimaryKeyConstraint("person_id", "grant_id", name="pk_refresh_families"),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "revoked_tokens",
        _text("jti"),
        _instant("revoked_at"),
        _instant("expires_at"),
        sa.PrimaryKeyConstraint("jti", name="pk_revoked_tokens"),
    )
    op.create_index("ix_revoked_tokens_expires_at", "revoked_tokens", ["expires_at"])
    op.create_table(
        "used_once",
        _text("purpose"),
        _bytes("value_hash"),
        _instant("expires_at"),
        sa.PrimaryKeyConstraint("purpose", "value_hash", name="pk_used_once"),
    )
    op.create_index("ix_used_once_expires_at", "used_once", ["expires_at"])


def _messages_and_events() -> None:
    op.create_table(
        "outbox",
        _text("kind"),
        sa.Column("key", _KEY, nullable=False),
        _bytes("payload"),
        _instant("due_at"),
        _instant("gives_up_at"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("delivered", sa.Boolean, nullable=False),
        _text("result"),
        _instant("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_outbox"),
    )
    op.create_index(
        "ix_outbox_due_at",
        "outbox",
        ["due_at"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "audit_events",
        _id("event_id"),
        _text("name"),
        _instant("at"),
        _text("correlation_id"),
        _text("address"),
        sa.Column("port", sa.Integer, nullable=False),
        _id("person_id", nullable=True),
        _text("client_id", nullable=True),
        _id("session_id", nullable=True),
        _text("reason"),
        _text("details"),
        sa.PrimaryKeyConstraint("event_id", name="pk_audit_events"),
    )


def _operators() -> None:
    op.create_table(
        "signing_keys",
        _text("kid"),
        _text("algorithm"),
        _bytes("sealed_private"),
        _text("public_jwk"),
        _instant("created_at"),
        _instant("activates_at"),
        _instant("retires_at", nullable=True),
        _instant("expires_at", nullable=True),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_keys"),
    )
    op.create_table(
        "data_keys",
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        _text("key_id"),
        _bytes("wrapped"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("position", name="pk_data_keys"),
        sa.UniqueConstraint("key_id", name="uq_data_keys_key_id"),
    )
    op.create_table(
        "clients",
        _text("client_id"),
        sa.Column("version", sa.BigInteger, nullable=False),
        _text("backchannel_logout_uri", nullable=True),
        _instant("disabled_at", nullable=True),
        _bytes("document"),
        sa.PrimaryKeyConstraint("client_id", name="pk_clients"),
    )
    op.create_index("ix_clients_version", "clients", ["version"])
    op.create_table(
        "change_counters",
        _text("topic"),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("topic", name="pk_change_counters"),
    )
