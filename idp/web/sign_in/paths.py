"""The addresses of signing in that other pages lead to."""

from idp.protocol.endpoints import DEVICE

SIGN_IN = "/sign-in"
# Where a device's request is confirmed, and where the person hears how it ended.
CONFIRM_DEVICE, DEVICE_DONE = f"{DEVICE}/confirm", f"{DEVICE}/done"
ACCOUNT_KIND, STEP_UP, CONSENT = "/account-kind", "/step-up", "/consent"
