"""How an account is set aside."""

from idp.accounts.joining import SET_ASIDE, SetAccountAside
from idp.accounts.recovery import NOT_ME
from idp.adapters.sql.effects_accounts import TELL_PORTALS_OF_ENDED
from idp.adapters.sql.instants import to_micros
from idp.adapters.sql.statements import Parameters, statement
from idp.adapters.sql.writes import write

# Of an account `a`: nobody showed evidence for it, and no other system knew it.
BY_DATA_ALONE = "a.evidence_kind IS NULL AND a.imported_at IS NULL AND a.account_kind = 'citizen'"
_ITS = "person_id = :person_id AND account_id = :account_id"
_SET_ASIDE = statement(f"""
    UPDATE accounts AS a SET status = 'locked', locked_for = '{SET_ASIDE}',
      locked_below = CASE WHEN locked_for = '{NOT_ME}' THEN locked_for ELSE locked_below END
    WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status <> 'closed' AND {BY_DATA_ALONE}
    RETURNING 1
""")  # noqa: S608 (constants of ours, here and below)
_END_NUMBERS = statement(f"UPDATE identifiers SET valid_to = :at WHERE {_ITS} AND valid_to IS NULL")  # noqa: S608
_END_SESSIONS = statement(f"""
    UPDATE sessions SET ended_at = :at, end_reason = :reason WHERE {_ITS} AND ended_at IS NULL
""")  # noqa: S608
_END_GRANTS = statement(f"""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason WHERE {_ITS} AND revoked_at IS NULL
""")  # noqa: S608
# The register is asked about a number for the account that has it.
_END_JOBS = statement(f"""
    UPDATE register_jobs SET claim_sealed = NULL, finished_at = :at, result = :reason
    WHERE {_ITS} AND finished_at IS NULL
""")  # noqa: S608


def _set_aside(effect: SetAccountAside) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "at": to_micros(effect.at),
        "reason": SET_ASIDE,
        "gives_up_at": to_micros(effect.gives_up_at),
    }


JOINING_WRITES = dict(
    [
        write(
            SetAccountAside,
            _set_aside,
            _SET_ASIDE,
            _END_NUMBERS,
            _END_SESSIONS,
            TELL_PORTALS_OF_ENDED,
            _END_GRANTS,
            _END_JOBS,
        ),
    ]
)
