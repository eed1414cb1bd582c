"""The addresses of officers' pages that others lead to."""

COUNTER = "/counter"
ASSIST = f"{COUNTER}/recovery"
ASSIST_CODE, ASSIST_IDENTITY = f"{ASSIST}/code", f"{ASSIST}/identity"
ENROL = "/officers/enrol"
