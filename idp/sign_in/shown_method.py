"""The one word for how somebody signed in, which numbers and ratings are grouped by."""

from idp.metrics.model import Method
from idp.sign_in.levels import APPROVAL, ONE_TIME_PASSWORD, PASSKEYS, SMS

_SECOND = (
    (ONE_TIME_PASSWORD, Method.PASSWORD_OTP),
    (APPROVAL, Method.PASSWORD_APPROVAL),
    (SMS, Method.PASSWORD_SMS),
)


def method_of(amr: tuple[str, ...], *, upstream: bool = False) -> Method:
    """Return the word for the factors of `amr` (RFC 8176 2); `upstream` says that a provider vouched."""
    shown = frozenset(amr)
    if upstream:
        return Method.UPSTREAM
    if shown & PASSKEYS:
        return Method.PASSKEY
    return next((word for factor, word in _SECOND if factor in shown), Method.PASSWORD)
