"""The one place where an error becomes an answer: what goes out, what stays in the log.

HTTPException   the router's own: no such path, wrong method
WebError        a request the edge itself refuses: status and public code
IdpError        an expected failure from below: its code, 503 when trying again helps, 429 when another way or time
                does, else 400
anything else   "server error" with the correlation id; the cause goes to the log
"""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct
from starlette.exceptions import HTTPException

from idp.kernel.errors import IdpError, TemporarilyUnavailableError, TooManyError
from idp.protocol.authorize.errors import PageError


class WebError(Exception):
    """A request that the edge refuses."""

    def __init__(self, status: int, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.status = status
        self.code = code


class PublicFace(Struct, frozen=True):
    """What goes out of an error."""

    status: int
    code: str
    retry_after: timedelta | None = None
    unexpected: bool = False
    headers: Mapping[str, str] | None = None


# What a wrong method, an unknown path and the like are called on our pages.
STATUS_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def public_face(error: Exception) -> PublicFace:
    """Return what goes out of an error."""
    if isinstance(error, HTTPException):
        return PublicFace(
            error.status_code, STATUS_CODES.get(error.status_code, "invalid_request"), headers=error.headers
        )
    if isinstance(error, WebError):
        return PublicFace(error.status, error.code)
    if isinstance(error, TemporarilyUnavailableError):
        return PublicFace(503, error.code, retry_after=error.retry_after)
    if isinstance(error, TooManyError):
        return PublicFace(429, error.code, retry_after=error.retry_after)
    if isinstance(error, PageError):
        return PublicFace(400, error.code)
    if isinstance(error, IdpError) and error.code != "server_error":
        return PublicFace(400, error.code)
    return PublicFace(500, "server_error", unexpected=True)
