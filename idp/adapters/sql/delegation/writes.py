"""How mandates are offered, accepted, suspended, confirmed and ended, with all that hangs on them.

The mandates of one principal form trees by `given_under`. Whoever changes one holds them all first, so that what the
following statements read of the tree is what stands: rights never exceed the giver's, and a cascade misses nothing.
"""

from collections.abc import Collection

from idp.adapters.sql.delegation.trees import let_go
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.instants import to_micros, to_words
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.delegation.check_model import CHECKED_AFTER
from idp.delegation.effects import (
    AcceptMandate,
    BeginPowers,
    ConfirmMandate,
    EndMandate,
    HoldSide,
    LeaveMandates,
    OfferMandate,
    ResumeMandates,
    SuspendMandates,
)
from idp.delegation.model import GIVER, SILENCE, Power
from idp.factors.change_model import SuspendGiven

# SQLite has one writer at a time, and nothing to hold.
HOLD = statement(
    "SELECT 1",
    postgres="""
        SELECT 1 FROM mandates WHERE principal_id = :principal_id AND ended_at IS NULL ORDER BY mandate_id FOR UPDATE
    """,
)
# An update that changes nothing takes the row's lock: what ends an account takes it too, before it looks at mandates.
_HOLD_SIDE = statement("""
    UPDATE accounts SET status = status
    WHERE person_id = :person_id AND account_id = :account_id AND status <> 'closed'
    RETURNING 1
""")
_ONE = "principal_id = :principal_id AND mandate_id = :mandate_id"
_STANDS = "{0}.accepted_at IS NOT NULL AND {0}.ended_at IS NULL AND {0}.suspended_at IS NULL"
_PARENT = _STANDS.format("p")
_NO_MORE_POWERS = " AND ".join(
    f"(' ' || {{powers}} || ' ' NOT LIKE '% {power} %' OR ' ' || p.powers || ' ' LIKE '% {power} %')" for power in Power
)
_MAY_DELEGATE = f"' ' || p.powers || ' ' LIKE '% {Power.DELEGATE} %'"

_OFFER = statement(f"""
    INSERT INTO mandates (principal_id, mandate_id, principal_kind, kind, actor_id, actor_index, actor_sealed, powers,
                          later_powers, later_at, objection_hash, giver_id, given_under, offered_at, accepted_at,
                          starts_at, ends_at, check_at)
    SELECT :principal_id, :mandate_id, :principal_kind, :kind, :actor_id, :actor_index, :actor_sealed, :powers,
           :later_powers, :later_at, :objection_hash, :giver_id, :given_under, :offered_at, :accepted_at,
           :starts_at, :ends_at, :check_at
    WHERE (:principal_kind <> 'organisation'
           OR EXISTS (SELECT 1 FROM organisations WHERE organisation_id = :principal_id))
      AND (:given_under IS NULL OR EXISTS (
          SELECT 1 FROM mandates p
          WHERE p.principal_id = :principal_id AND p.mandate_id = :given_under AND p.actor_id = :giver_id AND {_PARENT}
            AND p.starts_at <= :offered_at AND p.ends_at > :offered_at AND p.ends_at >= :ends_at
            AND {_MAY_DELEGATE} AND {_NO_MORE_POWERS.format(powers=":powers")}))
    ON CONFLICT DO NOTHING
    RETURNING 1
""")  # noqa: S608 (constants of this module, here and below)
_ACCEPT = statement(f"""
    UPDATE mandates SET actor_id = :actor_id, accepted_at = :at
    WHERE {_ONE} AND actor_index = :actor_index AND accepted_at IS NULL AND ended_at IS NULL AND suspended_at IS NULL
      AND ends_at > :at
      AND (given_under IS NULL OR EXISTS (
          SELECT 1 FROM mandates p
          WHERE p.principal_id = mandates.principal_id AND p.mandate_id = mandates.given_under AND {_PARENT}
            AND p.starts_at <= :at AND p.ends_at > :at))
    RETURNING 1
""")  # noqa: S608

# Where the register is silent for long, what begins now is what comes back when it answers.
_BEGIN = statement(f"""
    UPDATE mandates
    SET powers = CASE WHEN lowered_from IS NULL THEN later_powers ELSE powers END,
        lowered_from = CASE WHEN lowered_from IS NULL THEN NULL ELSE later_powers END,
        later_powers = NULL, later_at = NULL, objection_hash = NULL
    WHERE {_ONE} AND later_at <= :at AND ended_at IS NULL AND suspended_at IS NULL
    RETURNING 1
""")  # noqa: S608

# The mandate and all given under it, however deep; those that ended before hold nothing any more and do no harm.
_TREE = """
    WITH RECURSIVE tree (id) AS (
        SELECT :mandate_id
        UNION
        SELECT m.mandate_id FROM mandates m JOIN tree ON m.given_under = tree.id
        WHERE m.principal_id = :principal_id)
"""
_IN_TREE = "principal_id = :principal_id AND mandate_id IN (SELECT id FROM tree)"
_END = statement(f"""
    UPDATE mandates SET ended_at = :at, end_reason = :reason, ended_by = :ended_by
    WHERE {_ONE} AND ended_at IS NULL
    RETURNING 1
""")  # noqa: S608
END_TREE = statement(f"""
    {_TREE}
    UPDATE mandates SET ended_at = :at, end_reason = :reason, ended_by = :ended_by
    WHERE {_IN_TREE} AND ended_at IS NULL
""")  # noqa: S608
# What only a register's silence suspended is suspended by whoever comes now, and does not stand with its next answer.
NOT_YET_SUSPENDED = f"(suspended_at IS NULL OR suspended_why = '{SILENCE}')"
_SUSPEND = "suspended_at = :at, suspended_why = NULL"
_SUSPEND_TREE = statement(f"{_TREE} UPDATE mandates SET {_SUSPEND} WHERE {_IN_TREE} AND {NOT_YET_SUSPENDED}")  # noqa: S608
# Whoever the register names again was answered about: what its silence took comes back with the rest.
_RESUMED = "suspended_at = NULL, suspended_why = NULL, powers = COALESCE(lowered_from, powers), lowered_from = NULL"
_RESUME_TREE = statement(f"{_TREE} UPDATE mandates SET {_RESUMED} WHERE {_IN_TREE}")  # noqa: S608
# The register says nothing of what "not me" took back: that and all under it waits for its giver's own word.
_RESUME_NAMED = statement(f"""
    WITH RECURSIVE tree (id) AS (
        SELECT :mandate_id
        UNION
        SELECT m.mandate_id FROM mandates m JOIN tree ON m.given_under = tree.id
        WHERE m.principal_id = :principal_id AND COALESCE(m.suspended_why, '') <> '{GIVER}')
    UPDATE mandates SET {_RESUMED} WHERE {_IN_TREE}
""")  # noqa: S608
_RESUME = statement(f"""
    UPDATE mandates SET suspended_at = NULL
    WHERE {_ONE} AND given_under IS NULL AND suspended_at IS NOT NULL AND ended_at IS NULL
    RETURNING 1
""")  # noqa: S608
_CONFIRM = statement(f"""
    UPDATE mandates SET suspended_at = NULL, given_under = :given_under, giver_id = :confirmed_by
    WHERE {_ONE} AND kind = 'delegate' AND suspended_at IS NOT NULL AND ended_at IS NULL AND ends_at > :at
      AND EXISTS (
        SELECT 1 FROM mandates p
        WHERE p.principal_id = :principal_id AND p.mandate_id = :given_under AND p.actor_id = :confirmed_by
          AND p.kind = 'representative' AND {_PARENT} AND p.starts_at <= :at AND p.ends_at >= mandates.ends_at
          AND {_MAY_DELEGATE} AND {_NO_MORE_POWERS.format(powers="mandates.powers")})
    RETURNING 1
""")  # noqa: S608

LET_GO = let_go(_TREE, ":mandate_id")

# All of one person: what is for them or held by them. A representative's wait for the register to name another.
_THEIRS = "(principal_id = :person_id OR actor_id = :person_id)"
_HOLD_PERSON = statement(
    "SELECT 1",
    postgres=f"""
        SELECT 1 FROM mandates
        WHERE ended_at IS NULL AND principal_id IN (SELECT principal_id FROM mandates WHERE {_THEIRS})
        ORDER BY mandate_id FOR UPDATE
    """,  # noqa: S608 (constants of this module, here and below)
)


def _tree_of_person(which: str) -> str:
    return f"""
        WITH RECURSIVE tree (id) AS (
            SELECT mandate_id FROM mandates WHERE {which}
            UNION
            SELECT m.mandate_id FROM mandates m JOIN tree ON m.given_under = tree.id)
    """  # noqa: S608


_LEAVE = (
    _HOLD_PERSON,
    statement(f"""
        {_tree_of_person("actor_id = :person_id AND kind = 'representative'")}
        UPDATE mandates SET {_SUSPEND} WHERE mandate_id IN (SELECT id FROM tree) AND {NOT_YET_SUSPENDED}
    """),  # noqa: S608
    statement(f"""
        {_tree_of_person(f"{_THEIRS} AND kind <> 'representative'")}
        UPDATE mandates SET ended_at = :at, end_reason = :reason, ended_by = :person_id
        WHERE mandate_id IN (SELECT id FROM tree) AND ended_at IS NULL
    """),  # noqa: S608
    *let_go(_tree_of_person(_THEIRS), ":person_id"),
)

# What one person gave since an instant, as a principal or for one.
_GIVEN = "(giver_id = :person_id OR principal_id = :person_id AND kind = 'helper') AND offered_at >= :since"
_HOLD_GIVEN = statement(
    "SELECT 1",
    postgres=f"""
        SELECT 1 FROM mandates
        WHERE ended_at IS NULL AND principal_id IN (SELECT principal_id FROM mandates WHERE {_GIVEN})
        ORDER BY mandate_id FOR UPDATE
    """,  # noqa: S608 (constants of this module, here and below)
)
_SUSPEND_GIVEN = (
    _HOLD_GIVEN,
    statement(f"""
        {_tree_of_person(_GIVEN)}
        UPDATE mandates SET suspended_at = COALESCE(suspended_at, :at), suspended_why = '{GIVER}'
        WHERE mandate_id IN (SELECT id FROM tree) AND ended_at IS NULL
    """),  # noqa: S608
    *let_go(_tree_of_person(_GIVEN), ":person_id"),
)


def powers_to_words(powers: Collection[Power]) -> str:
    """Return the powers in the catalogue's order, so that the same ones are the same text."""
    return to_words(power for power in Power if power in powers)


MANDATE_WRITES = dict(
    [
        write(SuspendGiven, *_SUSPEND_GIVEN, reason=Fixed("mandate_suspended")),
        write(HoldSide, _HOLD_SIDE),
        write(
            OfferMandate,
            HOLD,
            _OFFER,
            of="mandate",
            powers=lambda effect: powers_to_words(effect.mandate.powers),
            later_powers=lambda effect: powers_to_words(effect.mandate.later_powers) or None,
            check_at=lambda effect: (
                to_micros(effect.mandate.accepted_at + CHECKED_AFTER) if effect.mandate.accepted_at else None
            ),
            decides=1,
        ),
        write(BeginPowers, HOLD, _BEGIN, decides=1),
        write(AcceptMandate, HOLD, _ACCEPT, decides=1),
        write(EndMandate, HOLD, _END, END_TREE, *LET_GO, decides=1),
        write(
            SuspendMandates, HOLD, _SUSPEND_TREE, *LET_GO, mandate_id="given_under", reason=Fixed("mandate_suspended")
        ),
        write(ResumeMandates, HOLD, _RESUME, _RESUME_NAMED, decides=1),
        write(LeaveMandates, *_LEAVE),
        write(ConfirmMandate, HOLD, _CONFIRM, _RESUME_TREE, decides=1),
    ]
)
