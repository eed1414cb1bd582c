"""The tables of accounts that come from elsewhere: upstream links, imports, merges; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, text

from idp.adapters.sql.engine.columns import count, id_, instant, metadata, raw, set_aside, words

# An account of an upstream provider, linked with proof: by issuer and subject, and by nothing else.
upstream_links = Table(
    "upstream_links",
    metadata,
    id_("person_id"),
    words("provider"),
    raw("subject_index"),
    id_("account_id"),
    raw("subject_sealed"),
    instant("linked_at"),
    instant("last_used_at", nullable=True),
    PrimaryKeyConstraint("person_id", "provider", "subject_index"),
    Index("uq_upstream_links_subject_index", "provider", "subject_index", unique=True),
)

removed_upstream_links = set_aside(upstream_links, "person_id", "provider", "subject_index", "removed_at")

# How far an import has come: committed with the rows themselves, so that a killed run goes on without loss or doubles.
imports = Table(
    "imports",
    metadata,
    words("source"),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("lines_read", BigInteger, nullable=False),
    Column("rows_accepted", BigInteger, nullable=False),
    Column("rows_rejected", BigInteger, nullable=False),
    instant("started_at"),
    instant("at"),
    instant("finished_at", nullable=True),
    PrimaryKeyConstraint("source"),
)

# The identifier that portals keyed their tables by before: released only as the governed claim TechID.
tech_ids = Table(
    "tech_ids",
    metadata,
    id_("person_id"),
    raw("blind_index"),
    raw("sealed"),
    PrimaryKeyConstraint("person_id"),
    Index("uq_tech_ids_blind_index", "blind_index", unique=True),
)

# Two accounts of one person that became one; `before_sealed` holds what undoing needs.
merges = Table(
    "merges",
    metadata,
    id_("person_id"),
    id_("merge_id"),
    id_("merged_person_id"),
    id_("merged_account_id"),
    raw("before_sealed"),
    words("done_by"),
    instant("at"),
    instant("undo_until"),
    instant("undone_at", nullable=True),
    PrimaryKeyConstraint("person_id", "merge_id"),
    Index("ix_merges_merged_person_id", "merged_person_id"),
)

# Two accounts whose owner has shown both, and that wait to become one. The epochs are those of that moment: whatever
# changes what protects either of them ends it. An account is in one that is open at most.
joinings = Table(
    "joinings",
    metadata,
    id_("person_id"),
    id_("joining_id"),
    id_("account_id"),
    id_("other_person_id"),
    id_("other_account_id"),
    count("epoch"),
    count("other_epoch"),
    instant("asked_at"),
    instant("due_at"),
    instant("ended_at", nullable=True),
    words("result"),
    PrimaryKeyConstraint("person_id", "joining_id"),
)
_OPEN = text("ended_at IS NULL")
Index("uq_joinings_account", joinings.c.account_id, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("uq_joinings_other_account", joinings.c.other_account_id, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_joinings_due_at", joinings.c.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)

# The sectors that knew a merged person under its own subject go on to do so.
subject_aliases = Table(
    "subject_aliases",
    metadata,
    id_("person_id"),
    words("sector"),
    id_("subject_id"),
    PrimaryKeyConstraint("person_id", "sector"),
)
