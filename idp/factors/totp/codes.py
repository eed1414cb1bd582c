"""The codes of an authenticator app: six digits that change every thirty seconds (RFC 6238)."""

import hmac
from datetime import datetime, timedelta

import pyotp

from idp.kernel.secrets import Secret

# RFC 6238 5.2 recommends thirty seconds, and every app takes SHA-1 and six digits, whatever else it may know.
STEP = timedelta(seconds=30)
DIGITS = 6
# RFC 6238 5.2: one step of delay or of a clock that runs wrong, either way (case MF-5).
WINDOW = 1
# RFC 4226 4: 160 bits recommended; base32 of twenty bytes.
_SECRET_LETTERS = 32


def new_totp_secret() -> Secret:
    """Return 160 random bits in base32, as authenticator apps take them."""
    return Secret(pyotp.random_base32(_SECRET_LETTERS))


def step_at(now: datetime) -> int:
    """Return the number of the step of thirty seconds that an instant lies in."""
    return int(now.timestamp()) // int(STEP.total_seconds())


def code_of(secret: Secret, step: int) -> str:
    """Return the code of one step."""
    code: str = pyotp.HOTP(secret.reveal(), digits=DIGITS).at(step)
    return code


def matching_step(secret: Secret, entered: str, now: datetime, last_step: int = -1) -> int | None:
    """Return the step that an entered code belongs to, or None.

    Looks one step back and one ahead, and never at `last_step` or before it: a code that was accepted is spent
    (RFC 6238 5.2). Every step of the window is compared, so that time does not tell which was right.
    """
    digits = "".join(entered.split())[:32].encode()
    around = range(step_at(now) - WINDOW, step_at(now) + WINDOW + 1)
    fitting = [step for step in around if hmac.compare_digest(code_of(secret, step).encode(), digits)]
    return next((step for step in fitting if step > last_step), None)


def enrolment_address(secret: Secret, account_name: str, issuer: str) -> str:
    """Return the `otpauth` address that an app reads from a QR code: two labels that the app shows, and the secret."""
    address: str = pyotp.TOTP(secret.reveal(), digits=DIGITS, interval=int(STEP.total_seconds())).provisioning_uri(
        name=account_name, issuer_name=issuer
    )
    return address


def in_groups(secret: Secret) -> str:
    """Return the secret in groups of four letters, for typing it into an app."""
    letters = secret.reveal()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))
