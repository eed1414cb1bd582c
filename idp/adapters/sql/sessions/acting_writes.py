"""How it is written for whom the person of a session acts."""

from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.sessions.acting import standing
from idp.delegation.effects import ChooseActing

# A mandate that ends at this very moment may still be written down: `SqlSessions.live` reads it as none.
_CHOOSE = statement(f"""
    UPDATE sessions SET mandate_id = :mandate_id, acting_chosen_at = :at
    WHERE person_id = :person_id AND session_id = :session_id
      AND ended_at IS NULL AND expires_at > :at AND idle_until > :at
      AND (:mandate_id IS NULL OR EXISTS (
          SELECT 1 FROM mandates m
          WHERE m.mandate_id = :mandate_id AND m.actor_id = :person_id AND {standing("m", ":at")}))
    RETURNING 1
""")  # noqa: S608 (constants of ours)


ACTING_WRITES = dict([write(ChooseActing, _CHOOSE)])
