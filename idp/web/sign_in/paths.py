"""The addresses of signing in that other pages lead to."""

from idp.protocol.endpoints import DEVICE

SIGN_IN = "/sign-in"
# What clients ask the person of an account (CIBA).
ASKED_OF_YOU = "/account/asked"
# Where a device's request is confirmed, and where the person hears how it ended.
CONFIRM_DEVICE, DEVICE_DONE = f"{DEVICE}/confirm", f"{DEVICE}/done"
ACCOUNT_KIND, STEP_UP, CONSENT = "/account-kind", "/step-up", "/consent"
