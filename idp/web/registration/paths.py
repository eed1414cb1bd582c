"""The addresses of opening an account, in their order."""

REGISTER = "/register"
REGISTER_CODE, REGISTER_PASSWORD, REGISTER_RESULT = f"{REGISTER}/code", f"{REGISTER}/password", f"{REGISTER}/result"
