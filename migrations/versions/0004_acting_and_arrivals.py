"""Acting for others, officers, upstream providers, imported and merged accounts.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and to the old ones what these need beside them."""
    _organisations()
    _mandates()
    _officers()
    _upstreams()
    _imports()
    _merges()
    _beside()


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(26), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _organisations() -> None:
    op.create_table(
        "organisations",
        _id("organisation_id"),
        _bytes("code_index"),
        _bytes("facts_sealed"),
        _text("proof"),
        _instant("proved_at", nullable=True),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisations"),
    )
    op.create_index("uq_organisations_code_index", "organisations", ["code_index"], unique=True)


def _mandates() -> None:
    op.create_table(
        "mandates",
        _id("principal_id"),
        _id("mandate_id"),
        _text("principal_kind"),
        _text("kind"),
        _id("actor_id", nullable=True),
        _bytes("actor_index"),
        _bytes("actor_sealed"),
        _text("powers"),
        _id("giver_id", nullable=True),
        _id("given_under", nullable=True),
        _instant("offered_at"),
        _instant("accepted_at", nullable=True),
        _instant("starts_at"),
        _instant("ends_at"),
        _instant("suspended_at", nullable=True),
        _instant("ended_at", nullable=True),
        _text("end_reason", nullable=True),
        _id("ended_by", nullable=True),
        sa.PrimaryKeyConstraint("principal_id", "mandate_id", name="pk_mandates"),
    )
    op.create_index("ix_mandates_mandate_id", "mandates", ["mandate_id"], unique=True)
    for column in ("actor_id", "actor_index", "given_under", "giver_id"):
        op.create_index(f"ix_mandates_{column}", "mandates", [column])
    standing = sa.text("kind = 'representative' AND ended_at IS NULL")
    op.create_index(
        "uq_mandates_representative",
        "mandates",
        ["principal_id", "actor_index"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _officers() -> None:
    op.create_table(
        "officers",
        _id("person_id"),
        _id("account_id"),
        _text("agency"),
        _text("post"),
        _text("officer_code"),
        _instant("starts_at"),
        _instant("ends_at"),
        _text("issued_by"),
        _instant("created_at"),
        _instant("withdrawn_at", nullable=True),
        _text("withdraw_reason", nullable=True),
        _bytes("enrolment_hash", nullable=True),
        _instant("enrolment_ends_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "account_id", name="pk_officers"),
    )
    op.create_index("ix_officers_agency", "officers", ["agency", "account_id"])
    op.create_index("uq_officers_officer_code", "officers", ["officer_code"], unique=True)
    op.create_table(
        "assistances",
        _id("person_id"),
        _id("assistance_id"),
        _id("account_id"),
        _id("session_id"),
        _id("officer_person_id"),
        _id("officer_account_id"),
        _text("client_id"),
        _instant("at"),
        _instant("ends_at"),
        sa.PrimaryKeyConstraint("person_id", "assistance_id", name="pk_assistances"),
    )
    op.create_index("ix_assistances_officer_account_id", "assistances", ["officer_account_id", "ends_at"])


def _upstreams() -> None:
    op.create_table(
        "upstream_links",
        _id("person_id"),
        _text("provider"),
        _bytes("subject_index"),
        _id("account_id"),
        _bytes("subject_sealed"),
        _instant("linked_at"),
        _instant("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "provider", "subject_index", name="pk_upstream_links"),
    )
    op.create_index("uq_upstream_links_subject_index", "upstream_links", ["provider", "subject_index"], unique=True)


def _imports() -> None:
    op.create_table(
        "imports",
        _text("source"),
        _number("offset_bytes"),
        _number("lines_read"),
        _number("rows_accepted"),
        _number("rows_rejected"),
        _instant("started_at"),
        _instant("at"),
        _instant("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_imports"),
    )
    op.create_table(
        "tech_ids",
        _id("person_id"),
        _bytes("blind_index"),
        _bytes("sealed"),
        sa.PrimaryKeyConstraint("person_id", name="pk_tech_ids"),
    )
    op.create_index("uq_tech_ids_blind_index", "tech_ids", ["blind_index"], unique=True)


def _merges() -> None:
    op.create_table(
        "merges",
        _id("person_id"),
        _id("merge_id"),
        _id("merged_person_id"),
        _id("merged_account_id"),
        _bytes("before_sealed"),
        _text("done_by"),
        _instant("at"),
        _instant("undo_until"),
        _instant("undone_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "merge_id", name="pk_merges"),
    )
    op.create_index("ix_merges_merged_person_id", "merges", ["merged_person_id"])
    op.create_table(
        "subject_aliases",
        _id("person_id"),
        _text("sector"),
        _id("subject_id"),
        sa.PrimaryKeyConstraint("person_id", "sector", name="pk_subject_aliases"),
    )


def _beside() -> None:
    kind = sa.Column("account_kind", sa.Text, nullable=False, server_default=sa.text("'citizen'"))
    op.add_column("accounts", kind)
    op.add_column("sessions", _id("mandate_id", nullable=True))
    op.add_column("sessions", _instant("acting_chosen_at", nullable=True))
    op.add_column("sessions", _bytes("assistance_sealed", nullable=True))
    op.add_column("sessions", _bytes("upstream_sealed", nullable=True))
    op.add_column("grants", _id("mandate_id", nullable=True))
    op.add_column("grants", _bytes("acting_sealed", nullable=True))
    op.add_column("grants", _id("subject_id", nullable=True))
    op.add_column("approvals", _bytes("about_sealed", nullable=True))
    op.add_column("recoveries", _id("assisted_by", nullable=True))
    some = sa.text("mandate_id IS NOT NULL")
    op.create_index("ix_grants_mandate_id", "grants", ["mandate_id"], sqlite_where=some, postgresql_where=some)
