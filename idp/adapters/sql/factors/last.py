"""An officer's account keeps one second factor: what the removal of one asks for."""

from idp.adapters.sql.engine.statements import statement

_OFFICERS = """
    SELECT 1 FROM accounts o
    WHERE o.person_id = :person_id AND o.account_id = :account_id AND o.account_kind = 'officer'
"""
# Two removals at once must see each other: an update that changes nothing takes the row's lock. A citizen has other
# ways back in, so their removals need no condition and wait for nobody.
HOLD_OFFICER = statement("""
    UPDATE accounts SET two_steps = two_steps
    WHERE person_id = :person_id AND account_id = :account_id AND account_kind = 'officer'
""")
HAS_TOTP = "EXISTS (SELECT 1 FROM totp_secrets t WHERE t.person_id = :person_id AND t.account_id = :account_id)"
HAS_PASSKEY = "EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = :person_id AND k.account_id = :account_id)"
HAS_OTHER_PASSKEY = """EXISTS (
        SELECT 1 FROM passkeys k
        WHERE k.person_id = :person_id AND k.account_id = :account_id AND k.credential_id <> :credential_id)"""


def enough_is_left(*others: str) -> str:
    """Return the condition that this is no officer's account, or that it has one of the other factors."""
    return f"(NOT EXISTS ({_OFFICERS}) OR {' OR '.join(others)})"
