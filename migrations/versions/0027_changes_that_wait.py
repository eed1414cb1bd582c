"""Changes of contacts and factors wait, what they replace is set aside, and evidence has an age.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_FACTORS = ("passkeys", "totp_secrets", "recovery_codes")


def upgrade() -> None:
    """Add columns and tables. What is there counts as it did; who is signed in confirms anew before a change."""
    for table in _FACTORS:
        _instants(table, "settles_at", "pending_until")
    _instants("accounts", "two_steps_at", "two_steps_from")
    for table in ("accounts", "recoveries"):
        op.add_column(table, sa.Column("epoch", sa.Integer, nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("shown", sa.Text, nullable=False, server_default=sa.text("''")))
    closed = sa.text("erase_at IS NOT NULL")
    op.add_column("accounts", sa.Column("erase_at", sa.BigInteger, nullable=True))
    op.create_index("ix_accounts_erase_at", "accounts", ["erase_at"], sqlite_where=closed, postgresql_where=closed)
    on_shared = sa.text("shared_computer AND ended_at IS NULL")
    op.create_index(
        "ix_sessions_on_shared_computers",
        "sessions",
        ["idle_until"],
        sqlite_where=on_shared,
        postgresql_where=on_shared,
    )
    _contact_changes()
    _removed(
        "passkeys",
        ("person_id", "credential_id", "removed_at"),
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("transports", sa.Text, nullable=False),
        sa.Column("backup_eligible", sa.Boolean, nullable=False),
        sa.Column("backed_up", sa.Boolean, nullable=False),
        sa.Column("label_sealed", sa.LargeBinary, nullable=False),
    )
    _removed(
        "totp_secrets",
        ("person_id", "account_id", "removed_at"),
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    _removed(
        "recovery_codes",
        ("person_id", "account_id", "code_hash", "removed_at"),
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        last="used_at",
    )


def _instants(table: str, *names: str) -> None:
    for name in names:
        op.add_column(table, sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))


def _contact_changes() -> None:
    op.create_table(
        "contact_changes",
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("change_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=True),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.Column("replaced_index", sa.LargeBinary, nullable=True),
        sa.Column("replaced_sealed", sa.LargeBinary, nullable=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("settles_at", sa.BigInteger, nullable=False),
        sa.Column("pending_until", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("person_id", "change_id", name="pk_contact_changes"),
    )
    op.create_index("ix_contact_changes_pending_until", "contact_changes", ["pending_until"])


def _removed(table: str, key: tuple[str, ...], *columns: sa.Column[object], last: str = "last_used_at") -> None:
    name = f"removed_{table}"
    op.create_table(
        name,
        *columns,
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column(last, sa.BigInteger, nullable=True),
        sa.Column("settles_at", sa.BigInteger, nullable=False),
        sa.Column("pending_until", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_removed_at", name, ["removed_at"])
