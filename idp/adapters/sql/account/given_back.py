"""How mandates that somebody else ended in a person's name are given back, and what its giver keeps stands again."""

from idp.adapters.sql.delegation.writes import END_TREE, HOLD, LET_GO, NOT_YET_SUSPENDED
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.delegation.model import GIVER
from idp.factors.change_model import EndGiven, RestoreEnded, ResumeGiven


def _gone(person: str) -> str:
    """Return what is true of a person whose only accounts are closed: nothing is given back to them."""
    return f"""
        {person} <> :person_id
        AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = {person} AND a.status = 'closed')
        AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = {person} AND a.status <> 'closed')
    """  # noqa: S608 (names of columns)


# Older than the event, ended since then in the person's name, and not over for another reason.
_ENDED_SINCE = f"""
    m.ended_by = :person_id AND m.ended_at >= :since AND m.offered_at < :since AND m.ends_at > :at
    AND (m.actor_id IS NULL OR NOT ({_gone("m.actor_id")}))
    AND (m.principal_kind <> 'person' OR NOT ({_gone("m.principal_id")}))
    AND (m.kind NOT IN ('representative', 'guardian') OR NOT EXISTS (
        SELECT 1 FROM mandates o
        WHERE o.principal_id = m.principal_id AND o.actor_index = m.actor_index AND o.kind = m.kind
          AND o.ended_at IS NULL))
"""  # noqa: S608 (names of columns)
_HOLD_ENDED = statement(
    "SELECT 1",
    postgres="""
        SELECT 1 FROM mandates
        WHERE principal_id IN (SELECT principal_id FROM mandates WHERE ended_by = :person_id AND ended_at >= :since)
        ORDER BY mandate_id FOR UPDATE
    """,
)


def _tree(theirs: str) -> str:
    return f"""
        WITH RECURSIVE tree (id) AS (
            SELECT m.mandate_id FROM mandates m
            WHERE {_ENDED_SINCE} AND {theirs} AND (m.given_under IS NULL OR EXISTS (
                SELECT 1 FROM mandates p WHERE p.mandate_id = m.given_under AND p.ended_at IS NULL))
            UNION
            SELECT m.mandate_id FROM mandates m JOIN tree ON m.given_under = tree.id WHERE {_ENDED_SINCE})
    """  # noqa: S608 (constants of this module, here and below)


_RESTORE = (
    _HOLD_ENDED,
    # What the person gave rests until they say at the recovery that they keep it: they may have ended it themself.
    statement(f"""
        {_tree("(m.giver_id = :person_id OR m.principal_id = :person_id)")}
        UPDATE mandates SET suspended_at = :at, suspended_why = '{GIVER}'
        WHERE mandate_id IN (SELECT id FROM tree) AND {NOT_YET_SUSPENDED}
    """),  # noqa: S608
    statement(f"""
        {_tree("TRUE")}
        UPDATE mandates SET ended_at = NULL, end_reason = NULL, ended_by = NULL,
            check_at = CASE WHEN kind IN ('representative', 'guardian') THEN :at ELSE check_at END
        WHERE mandate_id IN (SELECT id FROM tree)
    """),  # noqa: S608
)

# Only what was suspended with it: what another giver below has stopped, or a register, stays stopped.
_RESUME_GIVEN = statement("""
    WITH RECURSIVE tree (id, stopped_at) AS (
        SELECT m.mandate_id, m.suspended_at FROM mandates m
        WHERE m.principal_id = :principal_id AND m.mandate_id = :mandate_id AND m.ended_at IS NULL
          AND (m.given_under IS NULL OR EXISTS (
              SELECT 1 FROM mandates p
              WHERE p.principal_id = m.principal_id AND p.mandate_id = m.given_under AND p.ended_at IS NULL
                AND p.suspended_at IS NULL))
        UNION
        SELECT c.mandate_id, c.suspended_at FROM mandates c JOIN tree ON c.given_under = tree.id
        WHERE c.principal_id = :principal_id AND c.suspended_at = tree.stopped_at)
    UPDATE mandates SET suspended_at = NULL, suspended_why = NULL
    WHERE principal_id = :principal_id AND mandate_id IN (SELECT id FROM tree)
""")


GIVEN_BACK_WRITES = dict(
    [
        write(RestoreEnded, *_RESTORE),
        write(EndGiven, HOLD, END_TREE, *LET_GO),
        write(ResumeGiven, HOLD, _RESUME_GIVEN),
    ]
)
