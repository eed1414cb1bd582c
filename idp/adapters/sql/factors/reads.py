"""Reads the second factors of an account and the tries at them."""

from datetime import datetime

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import lookup
from idp.factors.model import EnrolledFactors, TotpRecord, Tries
from idp.kernel.ids import AccountId, PersonId

# Every account has one row, whatever it has enrolled: the reads of the second step are one round trip.
_OF_ACCOUNT = lookup(
    ("person_id", "account_id"),
    """
        t.secret_sealed, t.last_step, t.created_at, t.last_used_at,
        (SELECT count(*) FROM recovery_codes r
         WHERE r.person_id = a.person_id AND r.account_id = a.account_id AND r.used_at IS NULL),
        (SELECT max(r.created_at) FROM recovery_codes r
         WHERE r.person_id = a.person_id AND r.account_id = a.account_id),
        (SELECT count(*) FROM passkeys k WHERE k.person_id = a.person_id AND k.account_id = a.account_id),
        a.phone_rests_until, t.pending_until,
        (SELECT max(r.pending_until) FROM recovery_codes r
         WHERE r.person_id = a.person_id AND r.account_id = a.account_id),
        (SELECT min(k.pending_until) FROM passkeys k WHERE k.person_id = a.person_id AND k.account_id = a.account_id)
    """,
    first=("accounts", "a", "a.person_id = asked.person_id AND a.account_id = asked.account_id"),
    joins="LEFT JOIN totp_secrets t ON t.person_id = a.person_id AND t.account_id = a.account_id",
)
_TRIES = lookup(
    ("person_id", "account_id", "factor"),
    "f.failures, f.retry_at",
    first=(
        "factor_tries",
        "f",
        "f.person_id = asked.person_id AND f.account_id = asked.account_id AND f.factor = asked.factor",
    ),
)
_CODE = lookup(
    ("person_id", "account_id", "code_hash"),
    "r.created_at",
    first=(
        "recovery_codes",
        "r",
        """r.person_id = asked.person_id AND r.account_id = asked.account_id
           AND r.code_hash = asked.code_hash AND r.used_at IS NULL""",
    ),
)


class SqlFactors:
    """Implements `idp.factors.model.FactorReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> EnrolledFactors:
        """Return which factors an account has."""
        row = await self._engine.look_up(_OF_ACCOUNT, (person_id, account_id))
        if row is None:
            return EnrolledFactors()
        secret, last_step, made_at, used_at, codes, codes_made_at, passkeys, rests_until, *waits = row
        totp_waits, codes_wait, passkeys_wait = (_instant(one) for one in waits)
        return EnrolledFactors(
            totp=_totp(secret, last_step, made_at, used_at, totp_waits),
            recovery_codes_pending_until=codes_wait,
            passkeys_pending_until=passkeys_wait,
            recovery_codes=_number(codes),
            recovery_codes_made_at=from_micros_or_none(_number_or_none(codes_made_at)),
            passkeys=_number(passkeys),
            phone_rests_until=from_micros_or_none(_number_or_none(rests_until)),
        )

    async def tries(self, person_id: PersonId, account_id: AccountId, factor: str) -> Tries:
        """Return the tries at one factor: none at all if it was never shown wrongly."""
        row = await self._engine.look_up(_TRIES, (person_id, account_id, factor))
        if row is None:
            return Tries(0, None)
        return Tries(_number(row[0]), from_micros_or_none(_number_or_none(row[1])))

    async def has_recovery_code(self, person_id: PersonId, account_id: AccountId, code_hash: bytes) -> bool:
        """Say whether an unused recovery code has this keyed hash."""
        return await self._engine.look_up(_CODE, (person_id, account_id, code_hash)) is not None


def _totp(
    secret: object, last_step: object, made_at: object, used_at: object, waits: datetime | None
) -> TotpRecord | None:
    if not isinstance(secret, bytes):
        return None
    used = from_micros_or_none(_number_or_none(used_at))
    return TotpRecord(secret, _number(last_step), from_micros(_number(made_at)), used, waits)


def _instant(value: object) -> datetime | None:
    """Return an instant; none where nothing waits."""
    return from_micros_or_none(_number_or_none(value) or None)


def _number(value: object) -> int:
    return int(str(value))


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)
