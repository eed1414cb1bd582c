"""What a register's long silence takes from the mandates that depend on it, and what its answer restores."""

from idp.adapters.sql.delegation.trees import let_go
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.delegation.check_model import LowerToView, RestMandates, RestoreMandates
from idp.delegation.model import SILENCE, MandateKind, Power

# Whom the register named for a principal, and all that was given under them.
_THEIRS = f"principal_id = :principal_id AND kind IN (:kind, '{MandateKind.DELEGATE}') AND ended_at IS NULL"
_HOLD = statement(
    "SELECT 1",
    postgres="""
        SELECT 1 FROM mandates WHERE principal_id = :principal_id AND ended_at IS NULL ORDER BY mandate_id FOR UPDATE
    """,
)
_STILL_SILENT = statement("""
    SELECT 1 FROM mandates
    WHERE principal_id = :principal_id AND kind = :kind AND ended_at IS NULL
    GROUP BY principal_id HAVING MAX(check_failures) = :failures
""")
_MAY_VIEW = f"' ' || powers || ' ' LIKE '% {Power.VIEW} %'"
_LOWER = statement(f"""
    UPDATE mandates
    SET lowered_from = powers,
        powers = CASE WHEN {_MAY_VIEW} THEN '{Power.VIEW}' ELSE powers END,
        suspended_why = CASE WHEN suspended_at IS NULL AND NOT ({_MAY_VIEW}) THEN '{SILENCE}' ELSE suspended_why END,
        suspended_at = CASE WHEN suspended_at IS NULL AND NOT ({_MAY_VIEW}) THEN :at ELSE suspended_at END
    WHERE {_THEIRS} AND lowered_from IS NULL
""")  # noqa: S608 (constants of this module, here and below)
_REST = statement(f"""
    UPDATE mandates
    SET suspended_at = :at, suspended_why = '{SILENCE}', lowered_from = COALESCE(lowered_from, powers)
    WHERE {_THEIRS} AND suspended_at IS NULL
""")  # noqa: S608
_RESTORE = statement(f"""
    UPDATE mandates
    SET powers = lowered_from, lowered_from = NULL,
        suspended_at = CASE WHEN suspended_why = '{SILENCE}' THEN NULL ELSE suspended_at END,
        suspended_why = CASE WHEN suspended_why = '{SILENCE}' THEN NULL ELSE suspended_why END
    WHERE {_THEIRS} AND lowered_from IS NOT NULL
""")  # noqa: S608
_TREE = f"WITH tree (id) AS (SELECT mandate_id FROM mandates WHERE {_THEIRS})"  # noqa: S608
# A code on its way was given for what its holder could do before.
_STOP_CODES = statement(f"""
    {_TREE}
    UPDATE sessions SET codes_since = :at
    WHERE person_id IN (SELECT m.actor_id FROM mandates m JOIN tree ON tree.id = m.mandate_id)
      AND ended_at IS NULL AND codes_since < :at
""")  # noqa: S608


_LET_GO = let_go(_TREE, ":principal_id")
SILENCE_WRITES = dict(
    [
        write(
            LowerToView, _HOLD, _STILL_SILENT, _LOWER, _STOP_CODES, *_LET_GO, reason=Fixed("register_silent"), decides=1
        ),
        write(RestMandates, _HOLD, _STILL_SILENT, _REST, *_LET_GO, reason=Fixed("register_silent"), decides=1),
        write(RestoreMandates, _HOLD, _RESTORE),
    ]
)
