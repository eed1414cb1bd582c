"""The tables of acting for others: organisations, mandates, officers; the same rules as `tables.py`."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, text

from idp.adapters.sql.engine.columns import id_, instant, metadata, raw, words

# A household business bears its owner's personal number as its code: codes are found blindly and sealed like numbers.
organisations = Table(
    "organisations",
    metadata,
    id_("organisation_id"),
    raw("code_index"),
    # Code, name, state in the register.
    raw("facts_sealed"),
    words("proof"),
    instant("proved_at", nullable=True),
    instant("created_at"),
    PrimaryKeyConstraint("organisation_id"),
    Index("uq_organisations_code_index", "code_index", unique=True),
    Index("ix_organisations_proved_at", "proved_at"),
)

# Who may act for whom: one table for legal representatives, delegates, guardians and helpers. A mandate stands when it
# was accepted, has begun, has not ended, is not suspended, and its end has not come.
mandates = Table(
    "mandates",
    metadata,
    id_("principal_id"),
    id_("mandate_id"),
    words("principal_kind"),
    words("kind"),
    # None until the one it was offered to has accepted; found by the number that the giver wrote.
    id_("actor_id", nullable=True),
    raw("actor_index"),
    raw("actor_sealed"),
    words("powers"),
    # Of a first claim: all its powers, and from when it holds them.
    words("later_powers", nullable=True),
    instant("later_at", nullable=True),
    # The code, as a keyed hash, by which the organisation's registered contact ends it meanwhile.
    raw("objection_hash", nullable=True),
    # What it held before its register was silent for too long.
    words("lowered_from", nullable=True),
    # Who gave it, under which mandate of theirs; none for what a register said.
    id_("giver_id", nullable=True),
    id_("given_under", nullable=True),
    instant("offered_at"),
    instant("accepted_at", nullable=True),
    instant("starts_at"),
    instant("ends_at"),
    instant("suspended_at", nullable=True),
    # "silence" of a register; "giver": the giver's account was reported, recovered or closed; none for all else.
    words("suspended_why", nullable=True),
    instant("ended_at", nullable=True),
    words("end_reason", nullable=True),
    id_("ended_by", nullable=True),
    # When a register is asked again whether it still says so, and how many questions in a row it left open since when.
    instant("check_at", nullable=True),
    instant("silent_since", nullable=True),
    Column("check_failures", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("principal_id", "mandate_id"),
    Index("ix_mandates_mandate_id", "mandate_id", unique=True),
    Index("ix_mandates_actor_id", "actor_id"),
    Index("ix_mandates_actor_index", "actor_index"),
    Index("ix_mandates_given_under", "given_under"),
    Index("ix_mandates_giver_id", "giver_id"),
)
# A register names each legal representative of an organisation once.
Index(
    "uq_mandates_representative",
    mandates.c.principal_id,
    mandates.c.actor_index,
    unique=True,
    sqlite_where=text("kind = 'representative' AND ended_at IS NULL"),
    postgresql_where=text("kind = 'representative' AND ended_at IS NULL"),
)

# Whose register is asked again is looked for every few seconds. The second condition keeps it out of other reads.
Index(
    "ix_mandates_check_at",
    mandates.c.kind,
    mandates.c.check_at,
    sqlite_where=text("ended_at IS NULL AND check_at IS NOT NULL"),
    postgresql_where=text("ended_at IS NULL AND check_at IS NOT NULL"),
)

# Whose wait is over is looked for every few seconds.
Index(
    "ix_mandates_later_at",
    mandates.c.later_at,
    sqlite_where=text("ended_at IS NULL AND later_at IS NOT NULL"),
    postgresql_where=text("ended_at IS NULL AND later_at IS NOT NULL"),
)

Index(
    "ix_mandates_objection_hash",
    mandates.c.objection_hash,
    sqlite_where=text("ended_at IS NULL AND objection_hash IS NOT NULL"),
    postgresql_where=text("ended_at IS NULL AND objection_hash IS NOT NULL"),
)

# What runs out is looked for every few seconds.
Index(
    "ix_mandates_ends_at",
    mandates.c.ends_at,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

# An officer's account is a person of its own: nothing joins it to the private person.
officers = Table(
    "officers",
    metadata,
    id_("person_id"),
    id_("account_id"),
    words("agency"),
    words("post"),
    # What register look-ups carry as the one on whose behalf they are made.
    words("officer_code"),
    instant("starts_at"),
    instant("ends_at"),
    words("issued_by"),
    instant("created_at"),
    instant("withdrawn_at", nullable=True),
    words("withdraw_reason", nullable=True),
    raw("enrolment_hash", nullable=True),
    instant("enrolment_ends_at", nullable=True),
    # Who gave the enrolment code that stands or was used, where it is not the first.
    words("renewed_by", nullable=True),
    instant("renewed_at", nullable=True),
    # A code that one administrator wants and another has not confirmed; and who confirmed the one that came of it.
    words("asked_by", nullable=True),
    instant("asked_at", nullable=True),
    raw("contact_sealed", nullable=True),
    words("confirmed_by", nullable=True),
    # Whose account it is: the number of the citizen's own sign-in, by a key of its own; none where nobody showed one.
    raw("person_number_index", nullable=True),
    raw("person_number_sealed", nullable=True),
    PrimaryKeyConstraint("person_id", "account_id"),
    Index("ix_officers_agency", "agency", "account_id"),
    Index("uq_officers_officer_code", "officer_code", unique=True),
    Index("ix_officers_person_number_index", "person_number_index"),
)

# Filings that an officer assisted: which session of the citizen came of each, so that it ends with the officer's
# account. Rows of the citizen; the officer's sessions are not told apart.
assistances = Table(
    "assistances",
    metadata,
    id_("person_id"),
    id_("assistance_id"),
    id_("account_id"),
    id_("session_id"),
    id_("officer_person_id"),
    id_("officer_account_id"),
    words("client_id"),
    instant("at"),
    instant("ends_at"),
    PrimaryKeyConstraint("person_id", "assistance_id"),
    Index("ix_assistances_officer_account_id", "officer_account_id", "ends_at"),
)
