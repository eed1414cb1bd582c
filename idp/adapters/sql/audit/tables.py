"""The audit log, the chain of checkpoints over it, and the public transparency log; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.schema import Index

from idp.adapters.sql.engine.columns import count, id_, instant, metadata, raw, words

audit_events = Table(
    "audit_events",
    metadata,
    id_("event_id"),
    words("name"),
    instant("at"),
    words("correlation_id"),
    words("address"),
    Column("port", Integer, nullable=False),
    id_("person_id", nullable=True),
    words("client_id", nullable=True),
    id_("session_id", nullable=True),
    words("reason"),
    words("details"),
    PrimaryKeyConstraint("event_id"),
)
# What a person reads of themself; events of machines stay out of it.
Index(
    "ix_audit_events_person_id",
    audit_events.c.person_id,
    audit_events.c.event_id,
    sqlite_where=text("person_id IS NOT NULL"),
    postgresql_where=text("person_id IS NOT NULL"),
)

# What administrators search the log by, newest first. Whoever acted stands among the details of their acts.
Index("ix_audit_events_name", audit_events.c.name, audit_events.c.event_id)
Index(
    "ix_audit_events_client_id",
    audit_events.c.client_id,
    audit_events.c.event_id,
    sqlite_where=text("client_id IS NOT NULL"),
    postgresql_where=text("client_id IS NOT NULL"),
)
# What the doctor of a client reads: the newest of each kind. A person who declines, or is not signed in when a portal
# asks silently, is no failure, and there are many of them. Written as in the reads, or it is not used.
OUTCOMES = (
    "name IN ('client:authorization:refused', 'client:token:refused', 'client:code:replayed', 'client:refresh:reused', "
    "'client:userinfo:refused', 'client:introspection:refused', 'client:revocation:refused', "
    "'client:logout_notice:failed', 'client:security_event:failed', 'client:logout_notice:delivered') "
    "AND reason NOT IN ('access_denied', 'login_required', 'interaction_required', 'consent_required')"
)
Index(
    "ix_audit_events_outcomes",
    audit_events.c.client_id,
    audit_events.c.name,
    audit_events.c.event_id,
    sqlite_where=text(OUTCOMES),
    postgresql_where=text(OUTCOMES),
)

# All that counts is in the signed text; beside it stands what is too long to be signed, by its hash, and what is
# searched for. Two sealers that both make the next one meet at the number.
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", BigInteger, nullable=False, autoincrement=False),
    words("signed"),
    raw("listing"),
    count("late"),
    PrimaryKeyConstraint("number"),
)
# There should be none.
Index(
    "ix_audit_checkpoints_late",
    audit_checkpoints.c.number,
    sqlite_where=text("late > 0"),
    postgresql_where=text("late > 0"),
)

# Appended, never changed. The key is that of the event, so that none is published twice; it stays here.
transparency_entries = Table(
    "transparency_entries",
    metadata,
    Column("entry_index", BigInteger, nullable=False, autoincrement=False),
    words("event_key"),
    instant("at"),
    raw("leaf"),
    PrimaryKeyConstraint("entry_index"),
    UniqueConstraint("event_key"),
)
# The hash of each complete subtree over the entries (`idp.audit.merkle.Subtree.place`): a proof reads a few of them.
transparency_nodes = Table(
    "transparency_nodes",
    metadata,
    Column("place", BigInteger, nullable=False, autoincrement=False),
    raw("node"),
    PrimaryKeyConstraint("place"),
)
# One row. Whoever moves it on from where they saw it may append.
transparency_position = Table(
    "transparency_position",
    metadata,
    Column("log", BigInteger, nullable=False, autoincrement=False),
    Column("entries", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    PrimaryKeyConstraint("log"),
)
transparency_heads = Table(
    "transparency_heads",
    metadata,
    Column("number", BigInteger, nullable=False, autoincrement=False),
    Column("entries", BigInteger, nullable=False),
    words("root"),
    instant("at"),
    words("signed"),
    PrimaryKeyConstraint("number"),
)
