"""How every demonstration program serves HTTP."""

import logging

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
# A browser's idle connection must not hold up the end of `make run`.
GRACE_SECONDS = 1
# Authlib's debug log holds code verifiers and httpx2's log addresses; an access log would hold authorization codes.
CHATTY_LIBRARIES = ("authlib", "httpx2", "httpcore2")


def serve(app: ASGIApp, port: int) -> None:
    """Answer on the loopback port until told to stop by SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for library in CHATTY_LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    uvicorn.run(app, host=HOST, port=port, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS)
