"""Citizens: factors, devices, notices, recovery, proof for life.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The last second of the year 9999, in microseconds.
_NEVER = "253402300799000000"


def upgrade() -> None:
    """Add the tables of citizens, and to the old ones what these need beside them."""
    _factors()
    _trouble()
    _proof()
    _beside()


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(26), nullable=nullable)


def _instant(name: str, *, nullable: bool = False, server_default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, server_default=server_default)


def _text(name: str, *, nullable: bool = False, server_default: sa.TextClause | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, server_default=server_default)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _beside() -> None:
    op.add_column("accounts", _instant("proved_at", nullable=True))
    op.add_column("accounts", _flag("two_steps"))
    op.add_column("accounts", _text("locked_for", nullable=True))
    op.create_index("ix_accounts_account_id", "accounts", ["account_id"])
    op.create_index(
        "ix_accounts_proved_at",
        "accounts",
        ["proved_at"],
        sqlite_where=sa.text("proof = 'proved'"),
        postgresql_where=sa.text("proof = 'proved'"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index(
        "ix_outbox_finished_at",
        "outbox",
        ["finished_at"],
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    # Whoever was proved by then was proved at the opening: nothing else could prove.
    op.execute("UPDATE accounts SET proved_at = created_at WHERE proof = 'proved'")
    op.add_column("passwords", _flag("short"))
    op.add_column("sessions", _instant("factor_at", server_default="0"))
    # A server of the version before, still running, writes no limit of rest: its sessions last to their own end.
    op.add_column("sessions", _instant("idle_until", server_default=_NEVER))
    op.add_column("sessions", _flag("shared_computer"))
    op.add_column("sessions", _id("device_id", nullable=True))
    op.add_column("sessions", _text("browser", server_default=sa.text("''")))
    op.add_column("sessions", _text("address", server_default=sa.text("''")))
    # Sessions that were live go on as they were: no resting limit had been promised to them.
    op.execute("UPDATE sessions SET factor_at = auth_time, idle_until = expires_at")
    op.create_index(
        "ix_audit_events_person_id",
        "audit_events",
        ["person_id", "event_id"],
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )


def _factors() -> None:
    op.create_table(
        "factor_tries",
        _id("person_id"),
        _id("account_id"),
        _text("factor"),
        _count("failures"),
        _instant("retry_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "account_id", "factor", name="pk_factor_tries"),
    )
    op.create_table(
        "passkeys",
        _id("person_id"),
        _bytes("credential_id"),
        _id("account_id"),
        _bytes("public_key"),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        _text("transports"),
        _flag("backup_eligible"),
        _flag("backed_up"),
        _bytes("label_sealed"),
        _instant("created_at"),
        _instant("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "credential_id", name="pk_passkeys"),
    )
    op.create_index("uq_passkeys_credential_id", "passkeys", ["credential_id"], unique=True)
    op.create_table(
        "totp_secrets",
        _id("person_id"),
        _id("account_id"),
        _bytes("secret_sealed"),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        _instant("created_at"),
        _instant("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "account_id", name="pk_totp_secrets"),
    )
    op.create_table(
        "recovery_codes",
        _id("person_id"),
        _id("account_id"),
        _bytes("code_hash"),
        _instant("created_at"),
        _instant("used_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "account_id", "code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "devices",
        _id("person_id"),
        _id("device_id"),
        _id("account_id"),
        _bytes("secret_hash"),
        _text("browser"),
        _instant("created_at"),
        _instant("last_seen_at"),
        _instant("forgotten_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "device_id", name="pk_devices"),
    )
    op.create_index("ix_devices_secret_hash", "devices", ["secret_hash"])
    op.create_table(
        "approvals",
        _id("person_id"),
        _id("approval_id"),
        _id("account_id"),
        sa.Column("match_number", sa.Integer, nullable=False),
        _text("browser"),
        _text("address"),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("answered_at", nullable=True),
        sa.Column("approved", sa.Boolean, nullable=True),
        _id("session_id", nullable=True),
        _instant("used_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "approval_id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_expires_at", "approvals", ["expires_at"])


def _trouble() -> None:
    op.create_table(
        "notices",
        _id("person_id"),
        _id("notice_id"),
        _id("account_id"),
        _text("kind"),
        _text("details"),
        _instant("at"),
        _instant("read_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "notice_id", name="pk_notices"),
    )
    op.create_table(
        "alarms",
        _bytes("code_hash"),
        _id("person_id"),
        _id("account_id"),
        _id("notice_id"),
        _instant("expires_at"),
        _instant("used_at", nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_alarms"),
    )
    op.create_index("ix_alarms_expires_at", "alarms", ["expires_at"])
    op.create_table(
        "recoveries",
        _id("person_id"),
        _id("recovery_id"),
        _id("account_id"),
        _text("way"),
        _bytes("reference_hash"),
        _bytes("phone_index", nullable=True),
        _bytes("phone_sealed", nullable=True),
        _instant("started_at"),
        _instant("ready_at"),
        _instant("ends_at"),
        _instant("cancelled_at", nullable=True),
        _instant("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("person_id", "recovery_id", name="pk_recoveries"),
    )
    op.create_index("ix_recoveries_reference_hash", "recoveries", ["reference_hash"])
    op.create_index("ix_recoveries_ends_at", "recoveries", ["ends_at"])


def _proof() -> None:
    op.create_table(
        "register_jobs",
        _id("person_id"),
        _id("job_id"),
        _id("account_id"),
        _text("purpose"),
        _bytes("claim_sealed", nullable=True),
        _instant("due_at"),
        _count("attempts"),
        _instant("started_at"),
        _instant("finished_at", nullable=True),
        _text("result"),
        sa.PrimaryKeyConstraint("person_id", "job_id", name="pk_register_jobs"),
    )
    op.create_index(
        "ix_register_jobs_due_at",
        "register_jobs",
        ["due_at"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "uq_register_jobs_waiting",
        "register_jobs",
        ["person_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "receipts",
        _id("receipt_id"),
        _id("person_id", nullable=True),
        _text("register"),
        _text("purpose"),
        _text("actor"),
        _text("verdict"),
        _text("request_id"),
        _instant("at"),
        _text("receipt"),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_receipts"),
    )
    op.create_index("ix_receipts_person_id", "receipts", ["person_id", "receipt_id"])
    op.create_table(
        "feed_positions",
        _text("feed"),
        _text("cursor"),
        _instant("at"),
        sa.PrimaryKeyConstraint("feed", name="pk_feed_positions"),
    )
    op.create_table(
        "ratings",
        _id("rating_id"),
        _text("day"),
        _text("occasion"),
        _text("method"),
        sa.Column("score", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("rating_id", name="pk_ratings"),
    )
    op.create_index("ix_ratings_day", "ratings", ["day"])
