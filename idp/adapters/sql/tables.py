"""The tables, once, for SQLite and PostgreSQL.

Instants are microseconds since the epoch (`instants.py`), lists of words are text with spaces. Sealed and hashed
values are bytes. Rows of a person begin their primary key with person_id, so that a distributed PostgreSQL can place
a person's rows together; lookups by another id go through plain indexes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

# No foreign keys: rows of one person are written together by one commit, a key across persons could not be placed by
# person_id, and checking them would cost the hot path an index probe and a row lock for each insert.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(26), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


# The outbox is searched by the beginning of its keys, which an index answers only in byte order.
_KEY: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")

persons = Table(
    "persons",
    metadata,
    _id("person_id"),
    _bytes("profile_sealed"),
    _instant("created_at"),
    PrimaryKeyConstraint("person_id"),
)

accounts = Table(
    "accounts",
    metadata,
    _id("person_id"),
    _id("account_id"),
    _text("status"),
    _text("proof"),
    _text("locale"),
    _instant("created_at"),
    PrimaryKeyConstraint("person_id", "account_id"),
)

# Every personal number that ever led to an account. A number that was taken from its person keeps its row, with
# valid_to: it never leads to anybody else.
identifiers = Table(
    "identifiers",
    metadata,
    _id("person_id"),
    _id("account_id"),
    _bytes("blind_index"),
    _bytes("sealed"),
    _instant("valid_from"),
    _instant("valid_to", nullable=True),
    PrimaryKeyConstraint("person_id", "account_id", "blind_index"),
    Index("ix_identifiers_blind_index", "blind_index"),
)
# The one unique key across persons: distributed, this table is placed by blind_index instead.
Index(
    "uq_identifiers_active",
    identifiers.c.blind_index,
    unique=True,
    sqlite_where=text("valid_to IS NULL"),
    postgresql_where=text("valid_to IS NULL"),
)

contacts = Table(
    "contacts",
    metadata,
    _id("person_id"),
    _id("account_id"),
    _text("kind"),
    _bytes("blind_index"),
    _bytes("sealed"),
    _instant("confirmed_at"),
    PrimaryKeyConstraint("person_id", "account_id", "kind"),
    Index("ix_contacts_blind_index", "blind_index"),
)

passwords = Table(
    "passwords",
    metadata,
    _id("person_id"),
    _id("account_id"),
    _text("password_hash"),
    _count("failures"),
    _instant("retry_at", nullable=True),
    PrimaryKeyConstraint("person_id", "account_id"),
)

proofs = Table(
    "proofs",
    metadata,
    _id("person_id"),
    _id("proof_id"),
    _text("verdict"),
    _text("request_id"),
    _text("purpose"),
    _instant("at"),
    PrimaryKeyConstraint("person_id", "proof_id"),
)

consents = Table(
    "consents",
    metadata,
    _id("person_id"),
    _text("client_id"),
    _text("scope"),
    _text("text_version"),
    _text("locale"),
    _instant("given_at"),
    PrimaryKeyConstraint("person_id", "client_id"),
)

sessions = Table(
    "sessions",
    metadata,
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
    PrimaryKeyConstraint("person_id", "session_id"),
    Index("ix_sessions_secret_hash", "secret_hash"),
)

grants = Table(
    "grants",
    metadata,
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
    Column("offline", Boolean, nullable=False),
    _instant("created_at"),
    _instant("expires_at"),
    _instant("revoked_at", nullable=True),
    _text("revoke_reason", nullable=True),
    PrimaryKeyConstraint("person_id", "grant_id"),
    # The claim of a code: the second redemption meets this key.
    UniqueConstraint("person_id", "code_hash"),
    Index("ix_grants_grant_id", "grant_id"),
    Index("ix_grants_person_id_session_id", "person_id", "session_id"),
)

refresh_families = Table(
    "refresh_families",
    metadata,
    _id("person_id"),
    _id("grant_id"),
    _bytes("head_hash"),
    _bytes("previous_hash", nullable=True),
    _bytes("successor_sealed", nullable=True),
    _count("generation"),
    _instant("rotated_at"),
    PrimaryKeyConstraint("person_id", "grant_id"),
    # Room on the page lets PostgreSQL put the next generation beside the last without touching an index.
    postgresql_with={"fillfactor": "70"},
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    _text("jti"),
    _instant("revoked_at"),
    _instant("expires_at"),
    PrimaryKeyConstraint("jti"),
    Index("ix_revoked_tokens_expires_at", "expires_at"),
)

used_once = Table(
    "used_once",
    metadata,
    _text("purpose"),
    _bytes("value_hash"),
    _instant("expires_at"),
    PrimaryKeyConstraint("purpose", "value_hash"),
    Index("ix_used_once_expires_at", "expires_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _text("kind"),
    Column("key", _KEY, nullable=False),
    _bytes("payload"),
    # When it may be taken next. A lease moves this to the lease's end, so one that runs out is simply due again.
    _instant("due_at"),
    _instant("gives_up_at"),
    _count("attempts"),
    Column("delivered", Boolean, nullable=False),
    _text("result"),
    _instant("finished_at", nullable=True),
    PrimaryKeyConstraint("kind", "key"),
)
Index(
    "ix_outbox_due_at",
    outbox.c.due_at,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)

audit_events = Table(
    "audit_events",
    metadata,
    _id("event_id"),
    _text("name"),
    _instant("at"),
    _text("correlation_id"),
    _text("address"),
    Column("port", Integer, nullable=False),
    _id("person_id", nullable=True),
    _text("client_id", nullable=True),
    _id("session_id", nullable=True),
    _text("reason"),
    _text("details"),
    PrimaryKeyConstraint("event_id"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    _text("kid"),
    _text("algorithm"),
    _bytes("sealed_private"),
    _text("public_jwk"),
    _instant("created_at"),
    _instant("activates_at"),
    _instant("retires_at", nullable=True),
    _instant("expires_at", nullable=True),
    PrimaryKeyConstraint("kid"),
)

data_keys = Table(
    "data_keys",
    metadata,
    # Counted from 1, so that two processes that both make the first key meet at this key.
    Column("position", Integer, nullable=False, autoincrement=False),
    _text("key_id"),
    _bytes("wrapped"),
    _instant("created_at"),
    PrimaryKeyConstraint("position"),
    UniqueConstraint("key_id"),
)

clients = Table(
    "clients",
    metadata,
    _text("client_id"),
    Column("version", BigInteger, nullable=False),
    # What TellPortals must join with stands beside the document that holds the rest.
    _text("backchannel_logout_uri", nullable=True),
    _instant("disabled_at", nullable=True),
    _bytes("document"),
    PrimaryKeyConstraint("client_id"),
    Index("ix_clients_version", "version"),
)

change_counters = Table(
    "change_counters",
    metadata,
    _text("topic"),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("topic"),
)
