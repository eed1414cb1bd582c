"""How an account is set aside, and how two wait to become one."""

from idp.account.merging.joining_model import (
    SET_ASIDE,
    AskToJoin,
    EndJoining,
    FinishJoining,
    JoiningEnd,
    SetAccountAside,
)
from idp.adapters.sql.account.account_writes import TELL_PORTALS_OF_ENDED
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.imports.model import DUPLICATE
from idp.recovery.model import NOT_ME

# Of an account `a`: nobody showed evidence for it, and no other system knew it.
BY_DATA_ALONE = "a.evidence_kind IS NULL AND a.imported_at IS NULL AND a.account_kind = 'citizen'"
# What a proof may take the number from, besides: what another system knew, but neither proved nor gave a TechID.
_MAY_STEP_ASIDE = """
    a.evidence_kind IS NULL AND a.account_kind = 'citizen' AND (a.imported_at IS NULL
        OR a.proof <> 'proved' AND a.proved_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM tech_ids t WHERE t.person_id = a.person_id))
"""
_ITS = "person_id = :person_id AND account_id = :account_id"
_SET_ASIDE = statement(f"""
    UPDATE accounts AS a SET status = 'locked', locked_for = '{SET_ASIDE}',
      locked_below = CASE WHEN locked_for = '{NOT_ME}' THEN locked_for ELSE locked_below END
    WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status <> 'closed' AND {_MAY_STEP_ASIDE}
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

# An account `o` that nothing keeps from being joined: it signs in, or waits for just this.
JOINABLE = f"""
    (o.status = 'open' OR o.status = 'locked' AND o.locked_for IN ('{SET_ASIDE}', '{DUPLICATE}')
        AND o.locked_below IS NULL)
"""
_SOMEBODY_WAITS = """
    SELECT 1 FROM recoveries r WHERE r.person_id IN ({persons}) AND r.account_id IN ({accounts})
      AND r.way IN ('waiting', 'assisted') AND r.cancelled_at IS NULL AND r.finished_at IS NULL AND r.ends_at > :at
"""
STANDS = f"""
    EXISTS (
        SELECT 1 FROM accounts a JOIN accounts o
          ON o.person_id = joinings.other_person_id AND o.account_id = joinings.other_account_id
        WHERE a.person_id = joinings.person_id AND a.account_id = joinings.account_id AND a.status = 'open'
          AND a.epoch = joinings.epoch AND o.epoch = joinings.other_epoch AND {JOINABLE})
    AND NOT EXISTS ({
    _SOMEBODY_WAITS.format(
        persons="joinings.person_id, joinings.other_person_id",
        accounts="joinings.account_id, joinings.other_account_id",
    )
})
"""  # noqa: S608
_ASK = statement(f"""
    INSERT INTO joinings (person_id, joining_id, account_id, other_person_id, other_account_id, epoch, other_epoch,
      asked_at, due_at, result)
    SELECT a.person_id, :joining_id, a.account_id, o.person_id, o.account_id, a.epoch, o.epoch,
      CAST(:at AS BIGINT), CAST(:due_at AS BIGINT), ''
    FROM accounts a, accounts o
    WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status = 'open'
      AND o.person_id = :other_person_id AND o.account_id = :other_account_id AND o.epoch = :other_epoch
      AND {JOINABLE} AND NOT EXISTS ({_SOMEBODY_WAITS.format(persons=":other_person_id", accounts=":other_account_id")})
      AND NOT EXISTS (
        SELECT 1 FROM joinings j WHERE j.ended_at IS NULL
          AND (j.account_id = :other_account_id OR j.other_account_id = :account_id))
    ON CONFLICT DO NOTHING
    RETURNING 1
""")  # noqa: S608
_THIS = "person_id = :person_id AND joining_id = :joining_id AND ended_at IS NULL"
_FINISH = statement(f"""
    UPDATE joinings SET ended_at = :at, result = '{JoiningEnd.DONE}'
    WHERE {_THIS} AND due_at <= :at AND {STANDS}
    RETURNING 1
""")  # noqa: S608
_END = statement(f"UPDATE joinings SET ended_at = :at, result = :result WHERE {_THIS} RETURNING 1")  # noqa: S608


JOINING_WRITES = dict(
    [
        write(
            SetAccountAside,
            _SET_ASIDE,
            _END_NUMBERS,
            _END_SESSIONS,
            TELL_PORTALS_OF_ENDED,
            _END_GRANTS,
            _END_JOBS,
            reason=Fixed(SET_ASIDE),
        ),
        write(AskToJoin, _ASK, of="joining", at="joining.asked_at"),
        write(FinishJoining, _FINISH),
        write(EndJoining, _END),
    ]
)
