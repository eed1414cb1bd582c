"""The tables of agencies; the same rules as `tables.py`. Days are texts such as 2025-07-01, codes in byte order."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, text

from idp.adapters.sql.engine.columns import KEY, id_, instant, metadata, words


def _code(name: str) -> Column[str]:
    return Column(name, KEY, nullable=False)


# A code that was given once keeps its row for ever.
agencies = Table(
    "agencies",
    metadata,
    _code("code"),
    words("kind"),
    Column("version", BigInteger, nullable=False),
    words("founded_day"),
    words("closed_day", nullable=True),
    PrimaryKeyConstraint("code"),
)

# What an agency was called and what it stood under, from a day on and before another.
agency_periods = Table(
    "agency_periods",
    metadata,
    _code("code"),
    words("from_day"),
    words("to_day", nullable=True),
    # Empty where nothing stands above.
    _code("parent"),
    words("name_vi"),
    words("name_en"),
    PrimaryKeyConstraint("code", "from_day"),
    Index("ix_agency_periods_parent", "parent", "code"),
)
Index(
    "uq_agency_periods_open",
    agency_periods.c.code,
    unique=True,
    sqlite_where=text("to_day IS NULL"),
    postgresql_where=text("to_day IS NULL"),
)

agency_successions = Table(
    "agency_successions",
    metadata,
    id_("succession_id"),
    _code("code"),
    _code("successor"),
    words("kind"),
    words("day"),
    words("decision"),
    instant("at"),
    words("entered_by"),
    PrimaryKeyConstraint("succession_id"),
    Index("ix_agency_successions_code", "code"),
    Index("ix_agency_successions_successor", "successor"),
)

# What an agency held when a change of two ended it: what undoing gives back, while that may be undone.
agency_holdings = Table(
    "agency_holdings",
    metadata,
    id_("change_id"),
    _code("code"),
    # client, officer or role.
    words("what"),
    Column("object_id", KEY, nullable=False),
    PrimaryKeyConstraint("change_id", "what", "object_id"),
)

# Every name that an agency ever had, without its marks, from each of its words on: a search is a range of this key.
agency_search_keys = Table(
    "agency_search_keys",
    metadata,
    Column("search_key", KEY, nullable=False),
    _code("code"),
    PrimaryKeyConstraint("search_key", "code"),
)
