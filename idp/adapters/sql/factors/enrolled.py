"""Which factors an account has besides its password: two more columns of the reads that sign people in."""

from idp.sign_in.levels import ONE_TIME_PASSWORD, PASSKEYS, SMS, SOFTWARE_KEY

# `a` is the account's row.
ENROLLED_COLUMNS = """
    EXISTS (SELECT 1 FROM totp_secrets t WHERE t.person_id = a.person_id AND t.account_id = a.account_id)
    OR EXISTS (
        SELECT 1 FROM recovery_codes r
        WHERE r.person_id = a.person_id AND r.account_id = a.account_id AND r.used_at IS NULL),
    (SELECT COALESCE(MAX(CASE WHEN k.backup_eligible THEN 1 ELSE 2 END), 0) FROM passkeys k
        WHERE k.person_id = a.person_id AND k.account_id = a.account_id)
"""


def enrolled(phone_sealed: bytes | None, has_one_time_password: object, passkeys: int) -> frozenset[str]:
    """Return the names of the factors.

    The last two are the columns', in their order; `passkeys`: 0 none, 1 such as devices share, 2 one of a device.
    """
    phone = {SMS} if phone_sealed is not None else set()
    one_time = {ONE_TIME_PASSWORD} if has_one_time_password else set()
    keys = (frozenset(), frozenset({SOFTWARE_KEY}), PASSKEYS)[passkeys]
    return frozenset(phone | one_time | keys)
