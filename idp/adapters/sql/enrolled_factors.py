"""Which factors an account has besides its password: two more columns of the reads that sign people in."""

from idp.authentication.levels import ONE_TIME_PASSWORD, PASSKEYS, SMS

# `a` is the account's row.
ENROLLED_COLUMNS = """
    EXISTS (SELECT 1 FROM totp_secrets t WHERE t.person_id = a.person_id AND t.account_id = a.account_id)
    OR EXISTS (
        SELECT 1 FROM recovery_codes r
        WHERE r.person_id = a.person_id AND r.account_id = a.account_id AND r.used_at IS NULL),
    EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = a.person_id AND k.account_id = a.account_id)
"""


def enrolled(phone_sealed: bytes | None, has_one_time_password: object, has_passkey: object) -> frozenset[str]:
    """Return the names of the factors. The two flags are the columns', in their order."""
    phone = {SMS} if phone_sealed is not None else set()
    one_time = {ONE_TIME_PASSWORD} if has_one_time_password else set()
    return frozenset(phone | one_time | (PASSKEYS if has_passkey else frozenset()))
