"""How second factors are kept and used, and tries at them counted."""

from datetime import datetime

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, insert_into, statement
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


def _whose(
    effect: HoldAccount | RemoveTotp | DropRecoveryCodes,
) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id}


def _count_try(effect: CountTry) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "factor": effect.factor,
        "now": to_micros(effect.now),
        "limit": effect.limit,
    }


def _forget_tries(effect: ForgetTries) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id, "factor": effect.factor}


def _add_totp(effect: AddTotp) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "secret_sealed": effect.secret_sealed,
        "last_step": effect.last_step,
        "created_at": to_micros(effect.created_at),
        **_waits(effect.pending_until),
    }


def _use_step(effect: UseTotpStep) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "last_step": effect.last_step,
        "now": to_micros(effect.now),
    }


def _add_code(effect: AddRecoveryCode) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "code_hash": effect.code_hash,
        "created_at": to_micros(effect.created_at),
        **_waits(effect.pending_until),
    }


def _use_code(effect: UseRecoveryCode) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "code_hash": effect.code_hash,
        "now": to_micros(effect.now),
    }


def _set_two_steps(effect: SetTwoSteps) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "two_steps": effect.two_steps,
        "two_steps_at": to_micros(effect.at) if effect.at else 0,
        "two_steps_from": to_micros(effect.counts_from) if effect.counts_from else 0,
    }


def _waits(until: datetime | None) -> dict[str, int]:
    """Return both columns: nobody waits to recover the account while a factor is added."""
    micros = to_micros(until) if until else 0
    return {"settles_at": micros, "pending_until": micros}


FACTOR_WRITES = dict(
    [
        write(CountTry, _count_try, _COUNT_TRY),
        write(ForgetTries, _forget_tries, _FORGET_TRIES),
        write(HoldAccount, _whose, _HOLD),
        write(AddTotp, _add_totp, _ADD_TOTP),
        write(RemoveTotp, _whose, HOLD_OFFICER, _REMOVE_TOTP, decides=1),
        write(UseTotpStep, _use_step, _USE_STEP),
        write(DropRecoveryCodes, _whose, _DROP_CODES),
        write(AddRecoveryCode, _add_code, _ADD_CODE),
        write(UseRecoveryCode, _use_code, _USE_CODE),
        write(SetTwoSteps, _set_two_steps, _SET_TWO_STEPS),
    ]
)
