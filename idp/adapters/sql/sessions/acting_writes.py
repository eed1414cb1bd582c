"""How a session is told for whom its person acts."""

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, statement
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


def _choose(effect: ChooseActing) -> Parameters:
    return {
        "person_id": effect.person_id,
        "session_id": effect.session_id,
        "mandate_id": effect.mandate_id,
        "at": to_micros(effect.at),
    }


ACTING_WRITES = dict([write(ChooseActing, _choose, _CHOOSE)])
