"""How an authorization request is refused: on a page of ours, or by a redirect to a proven address.

PageError       who asks or where to answer is not sure: a page here, never a redirect (RFC 6749 4.1.2.1)
RedirectError   both are sure: the error goes to the client
"""

from idp.kernel.errors import IdpError
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.errors import ProtocolError


class PageError(IdpError):
    """Shown on a page of the provider with the next step."""

    def __init__(self, error: ProtocolError, detail: str) -> None:
        super().__init__(detail)
        self.code = error.code


class RedirectError(IdpError):
    """Sent to the client's registered address with `error`, `state` and `iss`."""

    def __init__(self, request: AuthorizationRequest, error: ProtocolError) -> None:
        """Take the request as far as it was checked, and the error that the client is told."""
        super().__init__(error.description)
        self.request = request
        self.code = error.code
        self.description = error.description
