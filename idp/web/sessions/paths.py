"""The addresses of signing out that other pages lead to."""

from idp.protocol.endpoints import LOGOUT

CONFIRM_LOGOUT, SIGNED_OUT = f"{LOGOUT}/confirm", "/signed-out"
