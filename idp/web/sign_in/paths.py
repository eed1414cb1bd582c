"""The addresses of signing in that other pages lead to."""

SIGN_IN = "/sign-in"
ACCOUNT_KIND, STEP_UP, CONSENT = "/account-kind", "/step-up", "/consent"
