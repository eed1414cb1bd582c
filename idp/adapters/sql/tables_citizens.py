"""The tables of citizens' factors, recovery, proof and notices; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, text

from idp.adapters.sql.engine.columns import count, flag, id_, instant, metadata, raw, set_aside, words

# One row for each account and factor but the password, whose counter lives beside its hash.
factor_tries = Table(
    "factor_tries",
    metadata,
    id_("person_id"),
    id_("account_id"),
    words("factor"),
    count("failures"),
    instant("retry_at", nullable=True),
    PrimaryKeyConstraint("person_id", "account_id", "factor"),
)

passkeys = Table(
    "passkeys",
    metadata,
    id_("person_id"),
    raw("credential_id"),
    id_("account_id"),
    raw("public_key"),
    Column("sign_count", BigInteger, nullable=False),
    words("transports"),
    flag("backup_eligible"),
    flag("backed_up"),
    raw("label_sealed"),
    instant("created_at"),
    instant("last_used_at", nullable=True),
    # From when it counts, and until when it waits: longer while somebody waits to recover the account.
    instant("settles_at", server_default="0"),
    instant("pending_until", server_default="0"),
    PrimaryKeyConstraint("person_id", "credential_id"),
    Index("uq_passkeys_credential_id", "credential_id", unique=True),
)

totp_secrets = Table(
    "totp_secrets",
    metadata,
    id_("person_id"),
    id_("account_id"),
    raw("secret_sealed"),
    # The last accepted step of thirty seconds: none is accepted twice.
    Column("last_step", BigInteger, nullable=False),
    instant("created_at"),
    instant("last_used_at", nullable=True),
    instant("settles_at", server_default="0"),
    instant("pending_until", server_default="0"),
    PrimaryKeyConstraint("person_id", "account_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    id_("person_id"),
    id_("account_id"),
    raw("code_hash"),
    instant("created_at"),
    instant("used_at", nullable=True),
    instant("settles_at", server_default="0"),
    instant("pending_until", server_default="0"),
    PrimaryKeyConstraint("person_id", "account_id", "code_hash"),
)

# A contact that waits to take its place, and what it replaced once it has; no new one: the contact is removed.
contact_changes = Table(
    "contact_changes",
    metadata,
    id_("person_id"),
    id_("change_id"),
    id_("account_id"),
    words("kind"),
    raw("blind_index", nullable=True),
    raw("sealed", nullable=True),
    raw("replaced_index", nullable=True),
    raw("replaced_sealed", nullable=True),
    # When a phone that was replaced was last confirmed and asked for: brought back, it is no younger.
    instant("replaced_confirmed_at", nullable=True),
    instant("replaced_asked_at", nullable=True),
    instant("since"),
    instant("settles_at"),
    instant("pending_until"),
    instant("settled_at", nullable=True),
    PrimaryKeyConstraint("person_id", "change_id"),
    Index("ix_contact_changes_pending_until", "pending_until"),
)


removed_passkeys = set_aside(passkeys, "person_id", "credential_id", "removed_at")
removed_totp_secrets = set_aside(totp_secrets, "person_id", "account_id", "removed_at")
removed_recovery_codes = set_aside(recovery_codes, "person_id", "account_id", "code_hash", "removed_at")

# Browsers the person signed in from and did not call shared.
devices = Table(
    "devices",
    metadata,
    id_("person_id"),
    id_("device_id"),
    id_("account_id"),
    raw("secret_hash"),
    words("browser"),
    instant("created_at"),
    instant("last_seen_at"),
    instant("forgotten_at", nullable=True),
    PrimaryKeyConstraint("person_id", "device_id"),
    Index("ix_devices_secret_hash", "secret_hash"),
)

approvals = Table(
    "approvals",
    metadata,
    id_("person_id"),
    id_("approval_id"),
    id_("account_id"),
    Column("match_number", Integer, nullable=False),
    words("browser"),
    words("address"),
    instant("created_at"),
    instant("expires_at"),
    instant("answered_at", nullable=True),
    Column("approved", Boolean, nullable=True),
    id_("session_id", nullable=True),
    instant("used_at", nullable=True),
    # What is asked where it is no sign-in: an officer's name and post, sealed.
    raw("about_sealed", nullable=True),
    PrimaryKeyConstraint("person_id", "approval_id"),
    Index("ix_approvals_expires_at", "expires_at"),
)

notices = Table(
    "notices",
    metadata,
    id_("person_id"),
    id_("notice_id"),
    id_("account_id"),
    words("kind"),
    words("details"),
    instant("at"),
    instant("read_at", nullable=True),
    PrimaryKeyConstraint("person_id", "notice_id"),
)

# The short codes that notices carry: typed at the site, they say "this was not me" and lock the account.
alarms = Table(
    "alarms",
    metadata,
    raw("code_hash"),
    id_("person_id"),
    id_("account_id"),
    id_("notice_id"),
    instant("expires_at"),
    instant("used_at", nullable=True),
    PrimaryKeyConstraint("code_hash"),
    Index("ix_alarms_expires_at", "expires_at"),
)

recoveries = Table(
    "recoveries",
    metadata,
    id_("person_id"),
    id_("recovery_id"),
    id_("account_id"),
    words("way"),
    raw("reference_hash"),
    raw("phone_index", nullable=True),
    raw("phone_sealed", nullable=True),
    instant("started_at"),
    instant("ready_at"),
    instant("ends_at"),
    instant("cancelled_at", nullable=True),
    instant("finished_at", nullable=True),
    # The account of the officer who began it for the person.
    id_("assisted_by", nullable=True),
    # The account's epoch when it began.
    count("epoch", server_default="0"),
    # What was shown for it: who has shown more takes its place.
    count("standing", server_default="0"),
    # Nobody of the account can be told: a second officer looks at the card, and their account stands here.
    flag("second_needed"),
    id_("seconded_by", nullable=True),
    # Since when others waited whose place it took.
    instant("behind_since", nullable=True),
    PrimaryKeyConstraint("person_id", "recovery_id"),
    Index("ix_recoveries_reference_hash", "reference_hash"),
    Index("ix_recoveries_ends_at", "ends_at"),
)

register_jobs = Table(
    "register_jobs",
    metadata,
    id_("person_id"),
    id_("job_id"),
    id_("account_id"),
    words("purpose"),
    # What the person declared, sealed; gone when the job is done.
    raw("claim_sealed", nullable=True),
    instant("due_at"),
    count("attempts"),
    instant("started_at"),
    instant("finished_at", nullable=True),
    words("result"),
    PrimaryKeyConstraint("person_id", "job_id"),
)
Index(
    "ix_register_jobs_due_at",
    register_jobs.c.due_at,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)
# One verification waits for each account, whoever asks for it.
Index(
    "uq_register_jobs_waiting",
    register_jobs.c.person_id,
    register_jobs.c.account_id,
    unique=True,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)

# Signed and without the data. A refusal before there was an account has no person.
receipts = Table(
    "receipts",
    metadata,
    id_("receipt_id"),
    id_("person_id", nullable=True),
    words("register"),
    words("purpose"),
    words("actor"),
    words("verdict"),
    words("request_id"),
    instant("at"),
    words("receipt"),
    PrimaryKeyConstraint("receipt_id"),
    Index("ix_receipts_person_id", "person_id", "receipt_id"),
)

# How far each register's feed of changes has been applied.
feed_positions = Table(
    "feed_positions",
    metadata,
    words("feed"),
    words("cursor"),
    instant("at"),
    PrimaryKeyConstraint("feed"),
)
