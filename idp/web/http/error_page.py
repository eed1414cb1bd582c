"""The page of a refusal."""

from datetime import timedelta
from typing import ClassVar, Literal, get_args

from idp.web.http.page import Page

# The codes that have a title and a next step of their own; any other is told as server_error.
ErrorCode = Literal[
    "invalid_request",
    "invalid_client",
    "invalid_redirect_uri",
    "invalid_request_uri",
    "invalid_request_object",
    "sandbox_client",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "request_expired",
    "form_rejected",
    "too_many_requests",
    "too_many_codes",
    "too_many_questions",
    "request_too_large",
    "method_not_allowed",
    "not_found",
    "unsupported_media_type",
    "temporarily_unavailable",
    "busy",
    "server_error",
    "access_denied",
    "unmet_authentication_requirements",
    "session_ended",
    "not_on_shared_computer",
]


class ErrorPage(Page, frozen=True, kw_only=True):
    """A refusal that cannot be sent to the client: the code, what to do next, and the reference for support."""

    template: ClassVar[str] = "http/error.html"
    code: str
    reference: str
    retry_after: timedelta | None
    restart_url: str | None

    @property
    def shown_as(self) -> str:
        """The code whose title and next step are shown."""
        return self.code if self.code in get_args(ErrorCode) else "server_error"
