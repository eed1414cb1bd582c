"""The addresses of signing out that other pages lead to."""

CONFIRM_LOGOUT, SIGNED_OUT = "/logout/confirm", "/signed-out"
