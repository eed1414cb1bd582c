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
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from idp.adapters.sql.engine.columns import EMPTY, KEY, count, flag, id_, instant, metadata, raw, words

persons = Table(
    "persons",
    metadata,
    id_("person_id"),
    raw("profile_sealed"),
    instant("created_at"),
    # Sectors that know the person as another whom they took up, as JSON: `subject_aliases` once more, beside the
    # profile, so that the read of a session finds what the principal of a mandate is known as without another probe.
    words("known_as", nullable=True),
    PrimaryKeyConstraint("person_id"),
)

accounts = Table(
    "accounts",
    metadata,
    id_("person_id"),
    id_("account_id"),
    words("status"),
    words("proof"),
    words("locale"),
    instant("created_at"),
    # When the register last proved the identity: what proof decays from.
    instant("proved_at", nullable=True),
    # The person asked for two steps at every sign-in; a short password makes it a must.
    flag("two_steps"),
    # The reason of the lock that is on it.
    words("locked_for", nullable=True),
    # The owner's own lock, where somebody else's stands above it.
    words("locked_below", nullable=True),
    # A citizen's, or one that an agency issued to an officer.
    words("account_kind", server_default=text("'citizen'")),
    # A code to the phone alone recovered it: such a code is no second factor until then.
    instant("phone_rests_until", nullable=True),
    # What the proof rests on besides the register's word: the kind, when it was shown, and by whose word.
    words("evidence_kind", nullable=True),
    instant("evidence_at", nullable=True),
    words("evidence_source", nullable=True),
    # Raised by everything that changes what protects it.
    count("epoch", server_default="0"),
    # When two steps were last switched on, and from when they count against a recovery.
    instant("two_steps_at", server_default="0"),
    instant("two_steps_from", server_default="0"),
    # From when a closed account may be erased; until then its owner opens it again by a recovery.
    instant("erase_at", nullable=True),
    # Another system's before: it outranks one that a match with the register opened.
    instant("imported_at", nullable=True),
    PrimaryKeyConstraint("person_id", "account_id"),
    Index("ix_accounts_account_id", "account_id"),
)
Index(
    "ix_accounts_erase_at",
    accounts.c.erase_at,
    sqlite_where=text("erase_at IS NOT NULL"),
    postgresql_where=text("erase_at IS NOT NULL"),
)
# Who was proved by data alone: looked for every minute, from the operator's day on.
_BY_DATA_ALONE = text("proof = 'proved' AND evidence_kind IS NULL")
Index(
    "ix_accounts_by_data_alone",
    accounts.c.account_id,
    sqlite_where=_BY_DATA_ALONE,
    postgresql_where=_BY_DATA_ALONE,
)
# Whose proof is oldest is checked anew first.
Index(
    "ix_accounts_proved_at",
    accounts.c.proved_at,
    sqlite_where=text("proof = 'proved'"),
    postgresql_where=text("proof = 'proved'"),
)

# Every personal number that ever led to an account. A number that was taken from its person keeps its row, with
# valid_to: it never leads to anybody else.
identifiers = Table(
    "identifiers",
    metadata,
    id_("person_id"),
    id_("account_id"),
    raw("blind_index"),
    raw("sealed"),
    instant("valid_from"),
    instant("valid_to", nullable=True),
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

# What is kept of a closed account is found by when its number ended.
Index(
    "ix_identifiers_valid_to",
    identifiers.c.valid_to,
    sqlite_where=text("valid_to IS NOT NULL"),
    postgresql_where=text("valid_to IS NOT NULL"),
)

contacts = Table(
    "contacts",
    metadata,
    id_("person_id"),
    id_("account_id"),
    words("kind"),
    raw("blind_index"),
    raw("sealed"),
    # When it came to the account; of an imported one, when it was imported.
    instant("confirmed_at"),
    # When a code came back from it again; none: not since it came.
    instant("last_confirmed_at", nullable=True),
    # When its person was asked for another code since; none: not yet.
    instant("asked_again_at", nullable=True),
    PrimaryKeyConstraint("person_id", "account_id", "kind"),
    Index("ix_contacts_blind_index", "blind_index"),
)
# Two, since the oldest phones would otherwise stand before all that were confirmed again.
_DUE_FIRST = text("kind = 'phone' AND asked_again_at IS NULL AND last_confirmed_at IS NULL")
_DUE_AGAIN = text("kind = 'phone' AND asked_again_at IS NULL AND last_confirmed_at IS NOT NULL")
Index("ix_contacts_due_first", contacts.c.confirmed_at, sqlite_where=_DUE_FIRST, postgresql_where=_DUE_FIRST)
Index("ix_contacts_due_again", contacts.c.last_confirmed_at, sqlite_where=_DUE_AGAIN, postgresql_where=_DUE_AGAIN)

passwords = Table(
    "passwords",
    metadata,
    id_("person_id"),
    id_("account_id"),
    words("password_hash"),
    count("failures"),
    instant("retry_at", nullable=True),
    # Below the length that may stand alone (SP 800-63B-4 3.1.1.2).
    flag("short"),
    PrimaryKeyConstraint("person_id", "account_id"),
)
# Imported and left as they came: `idp accounts wrap` finds them, and the doctor whether there are any.
_UNWRAPPED = text("password_hash NOT LIKE '$pepper1$%' AND password_hash NOT LIKE '$argon2%' AND password_hash <> '-'")
Index(
    "ix_passwords_unwrapped",
    passwords.c.person_id,
    passwords.c.account_id,
    sqlite_where=_UNWRAPPED,
    postgresql_where=_UNWRAPPED,
)

proofs = Table(
    "proofs",
    metadata,
    id_("person_id"),
    id_("proof_id"),
    words("verdict"),
    words("request_id"),
    words("purpose"),
    instant("at"),
    PrimaryKeyConstraint("person_id", "proof_id"),
)

consents = Table(
    "consents",
    metadata,
    id_("person_id"),
    words("client_id"),
    words("scope"),
    words("text_version"),
    words("locale"),
    instant("given_at"),
    PrimaryKeyConstraint("person_id", "client_id"),
)

sessions = Table(
    "sessions",
    metadata,
    id_("person_id"),
    id_("session_id"),
    raw("secret_hash"),
    id_("account_id"),
    instant("auth_time"),
    words("acr"),
    words("amr"),
    instant("created_at"),
    instant("expires_at"),
    instant("ended_at", nullable=True),
    words("end_reason", nullable=True),
    # When a factor was last shown, and until when the session may rest.
    instant("factor_at", server_default="0"),
    instant("idle_until", server_default="253402300799000000"),
    flag("shared_computer"),
    id_("device_id", nullable=True),
    words("browser", server_default=EMPTY),
    words("address", server_default=EMPTY),
    # Which factors were shown when; one that still waits is not among them.
    words("shown", server_default=EMPTY),
    # Codes issued until then are redeemed no more: the person took a consent back.
    instant("codes_since", server_default="0"),
    # For whom the person acts, if the choice is made; which officer assists; which upstream provider vouched.
    id_("mandate_id", nullable=True),
    instant("acting_chosen_at", nullable=True),
    raw("assistance_sealed", nullable=True),
    raw("upstream_sealed", nullable=True),
    PrimaryKeyConstraint("person_id", "session_id"),
    Index("ix_sessions_secret_hash", "secret_hash"),
    Index("ix_sessions_expires_at", "expires_at"),
)
# Those whose rest a job looks for: few, as they live half an hour.
_ON_SHARED = text("shared_computer AND ended_at IS NULL")
Index("ix_sessions_on_shared_computers", sessions.c.idle_until, sqlite_where=_ON_SHARED, postgresql_where=_ON_SHARED)

grants = Table(
    "grants",
    metadata,
    id_("person_id"),
    id_("grant_id"),
    raw("code_hash"),
    words("client_id"),
    id_("session_id"),
    id_("account_id"),
    words("scope"),
    words("nonce", nullable=True),
    instant("auth_time"),
    words("acr"),
    words("amr"),
    Column("offline", Boolean, nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
    words("revoke_reason", nullable=True),
    # The mandate that it was given under, what its tokens say of that, and whose subject they bear if not the person's.
    id_("mandate_id", nullable=True),
    raw("acting_sealed", nullable=True),
    id_("subject_id", nullable=True),
    words("dpop_jkt", nullable=True),
    # What was granted claim by claim, without a word of the values.
    words("claims", server_default=EMPTY),
    # For which APIs its tokens may be.
    words("resources", server_default=EMPTY),
    # What exactly was confirmed.
    raw("details_sealed", nullable=True),
    PrimaryKeyConstraint("person_id", "grant_id"),
    # The claim of a code: the second redemption meets this key.
    UniqueConstraint("person_id", "code_hash"),
    Index("ix_grants_grant_id", "grant_id"),
    Index("ix_grants_person_id_session_id", "person_id", "session_id"),
)
# What a mandate's end revokes.
Index(
    "ix_grants_mandate_id",
    grants.c.mandate_id,
    sqlite_where=text("mandate_id IS NOT NULL"),
    postgresql_where=text("mandate_id IS NOT NULL"),
)

refresh_families = Table(
    "refresh_families",
    metadata,
    id_("person_id"),
    id_("grant_id"),
    raw("head_hash"),
    raw("previous_hash", nullable=True),
    raw("successor_sealed", nullable=True),
    count("generation"),
    instant("rotated_at"),
    PrimaryKeyConstraint("person_id", "grant_id"),
    # Room on the page lets PostgreSQL put the next generation beside the last without touching an index.
    postgresql_with={"fillfactor": "70"},
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    words("jti"),
    instant("revoked_at"),
    instant("expires_at"),
    PrimaryKeyConstraint("jti"),
    Index("ix_revoked_tokens_expires_at", "expires_at"),
)

used_once = Table(
    "used_once",
    metadata,
    words("purpose"),
    raw("value_hash"),
    instant("expires_at"),
    PrimaryKeyConstraint("purpose", "value_hash"),
    Index("ix_used_once_expires_at", "expires_at"),
)

outbox = Table(
    "outbox",
    metadata,
    words("kind"),
    Column("key", KEY, nullable=False),
    raw("payload"),
    # When it may be taken next. A lease moves this to the lease's end, so one that runs out is simply due again.
    instant("due_at"),
    instant("gives_up_at"),
    count("attempts"),
    Column("delivered", Boolean, nullable=False),
    words("result"),
    instant("finished_at", nullable=True),
    # The queue it waits in, `kind:receiver`; "" of what a server of an earlier release put there.
    Column("lane", KEY, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("kind", "key"),
)
Index(
    "ix_outbox_lane",
    outbox.c.lane,
    outbox.c.due_at,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)
Index(
    "ix_outbox_due_at",
    outbox.c.due_at,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)
Index(
    "ix_outbox_finished_at",
    outbox.c.finished_at,
    sqlite_where=text("finished_at IS NOT NULL"),
    postgresql_where=text("finished_at IS NOT NULL"),
)

clients = Table(
    "clients",
    metadata,
    words("client_id"),
    Column("version", BigInteger, nullable=False),
    # What TellPortals must join with stands beside the document that holds the rest.
    words("backchannel_logout_uri", nullable=True),
    instant("disabled_at", nullable=True),
    # So does what an agency's clients are counted and moved by.
    Column("agency", KEY, nullable=True),
    # The resource that its tokens are for, and whose that is: all who have it must agree.
    words("audience", nullable=True),
    Column("resource_agency", KEY, nullable=True),
    # The picture that is shown, so that no other is kept for long.
    Column("logo", KEY, nullable=True),
    raw("document"),
    PrimaryKeyConstraint("client_id"),
    Index("ix_clients_version", "version"),
    Index("ix_clients_agency", "agency"),
    Index("ix_clients_audience", "audience"),
)

change_counters = Table(
    "change_counters",
    metadata,
    words("topic"),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("topic"),
)
