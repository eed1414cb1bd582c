"""The tables of checks of clients' servers; the same rules as `tables.py`."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import EMPTY, KEY, count, flag, instant, metadata, words

# How each target of a client was found last; written by whoever holds its host.
client_checks = Table(
    "client_checks",
    metadata,
    Column("client_id", KEY, nullable=False),
    words("kind"),
    words("address"),
    words("host"),
    words("state"),
    words("cause"),
    words("detail", server_default=EMPTY),
    instant("since_at"),
    instant("worked_at", nullable=True),
    instant("checked_at"),
    # When a certificate ends.
    instant("ends_at", nullable=True),
    PrimaryKeyConstraint("client_id", "kind", "address"),
    Index("ix_client_checks_host", "host"),
    Index("ix_client_checks_state", "state", "client_id"),
)

# Whose turn is when. Whoever raised `attempts` last holds the host until `leased_until`.
checked_hosts = Table(
    "checked_hosts",
    metadata,
    words("host"),
    instant("due_at"),
    instant("leased_until"),
    count("attempts"),
    PrimaryKeyConstraint("host"),
    Index("ix_checked_hosts_due_at", "due_at"),
)

# How often what was refused of a client, by cause: what it proved itself for apart from what anybody can send.
client_refusals = Table(
    "client_refusals",
    metadata,
    Column("client_id", KEY, nullable=False),
    flag("proven"),
    words("endpoint"),
    words("code"),
    words("said"),
    count("times"),
    instant("first_at"),
    instant("last_at"),
    PrimaryKeyConstraint("client_id", "proven", "endpoint", "code", "said"),
    Index("ix_client_refusals_last_at", "last_at"),
)
