"""How second factors are kept and used, and tries at them counted."""

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.factors.last import HAS_PASSKEY, HOLD_OFFICER, enough_is_left
from idp.adapters.sql.factors.waits import WITHOUT_WAIT, next_try
from idp.factors.model import (
    AddRecoveryCode,
    AddTotp,
    CountTry,
    DropRecoveryCodes,
    ForgetTries,
    HoldAccount,
    RemoveTotp,
    SetTwoSteps,
    UseRecoveryCode,
    UseTotpStep,
)

# `retry_at` is the time of the try where it earns no wait: the sweep goes by it, and nobody waits for it.
_COUNT_TRY = statement(f"""
    INSERT INTO factor_tries (person_id, account_id, factor, failures, retry_at)
    VALUES (:person_id, :account_id, :factor, 1, :now)
    ON CONFLICT (person_id, account_id, factor) DO UPDATE
    SET failures = factor_tries.failures + 1,
        retry_at = COALESCE({next_try("factor_tries.failures")}, :now)
    WHERE factor_tries.failures < :limit
      AND (factor_tries.failures <= {WITHOUT_WAIT} OR factor_tries.retry_at <= :now)
    RETURNING 1
""")  # noqa: S608 (numbers of ours)
_FORGET_TRIES = statement("""
    DELETE FROM factor_tries WHERE person_id = :person_id AND account_id = :account_id AND factor = :factor
""")
# An update that changes nothing takes the row's lock: what follows in the transaction sees what others wrote before.
_HOLD = statement("""
    UPDATE accounts SET two_steps = two_steps
    WHERE person_id = :person_id AND account_id = :account_id AND status = 'open'
    RETURNING 1
""")
_ADD_TOTP = insert_into(
    tables.totp_secrets, "ON CONFLICT DO NOTHING RETURNING 1", leaving_out=frozenset({"last_used_at"})
)
_REMOVE_TOTP = statement(f"""
    DELETE FROM totp_secrets
    WHERE person_id = :person_id AND account_id = :account_id AND {enough_is_left(HAS_PASSKEY)}
    RETURNING 1
""")  # noqa: S608 (a constant)
_USE_STEP = statement("""
    UPDATE totp_secrets SET last_step = :last_step, last_used_at = :now
    WHERE person_id = :person_id AND account_id = :account_id AND last_step < :last_step
    RETURNING 1
""")
_DROP_CODES = statement("DELETE FROM recovery_codes WHERE person_id = :person_id AND account_id = :account_id")
_ADD_CODE = insert_into(tables.recovery_codes, leaving_out=frozenset({"used_at"}))
_USE_CODE = statement("""
    UPDATE recovery_codes SET used_at = :now
    WHERE person_id = :person_id AND account_id = :account_id AND code_hash = :code_hash AND used_at IS NULL
    RETURNING 1
""")
# A short password never stands alone (SP 800-63B-4 3.1.1.1), nor does an officer's.
_SET_TWO_STEPS = statement("""
    UPDATE accounts SET two_steps_at = CASE WHEN two_steps = :two_steps THEN two_steps_at ELSE :two_steps_at END,
      two_steps_from = CASE WHEN two_steps = :two_steps THEN two_steps_from ELSE :two_steps_from END,
      two_steps = :two_steps
    WHERE person_id = :person_id AND account_id = :account_id AND status = 'open' AND (:two_steps OR (
        account_kind <> 'officer' AND NOT EXISTS (
            SELECT 1 FROM passwords WHERE person_id = :person_id AND account_id = :account_id AND short)))
    RETURNING 1
""")


# In both columns: nobody waits to recover the account while a factor is added.
def _waits_until(effect: AddTotp | AddRecoveryCode) -> int:
    return to_micros(effect.pending_until) if effect.pending_until else 0


FACTOR_WRITES = dict(
    [
        write(CountTry, _COUNT_TRY),
        write(ForgetTries, _FORGET_TRIES),
        write(HoldAccount, _HOLD),
        write(AddTotp, _ADD_TOTP, settles_at=_waits_until, pending_until=_waits_until),
        write(RemoveTotp, HOLD_OFFICER, _REMOVE_TOTP, decides=1),
        write(UseTotpStep, _USE_STEP),
        write(DropRecoveryCodes, _DROP_CODES),
        write(AddRecoveryCode, _ADD_CODE, settles_at=_waits_until, pending_until=_waits_until),
        write(UseRecoveryCode, _USE_CODE),
        write(
            SetTwoSteps,
            _SET_TWO_STEPS,
            two_steps_at=lambda effect: to_micros(effect.at) if effect.at else 0,
            two_steps_from=lambda effect: to_micros(effect.counts_from) if effect.counts_from else 0,
        ),
    ]
)
