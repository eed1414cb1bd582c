"""How an authorization request is refused: on a page of ours, or by a redirect to a proven address.

PageError       who asks or where to answer is not sure: a page here, never a redirect (RFC 6749 4.1.2.1)
RedirectError   both are sure: the error goes to the client
"""

from idp.kernel.errors import IdpError
from idp.protocol.authorize.checked_request import AuthorizationRequest


class PageError(IdpError):
    """Shown on a page of the provider with the next step."""

    def __init__(self, code: str, detail: str) -> None:
        """Take the public code and the private detail."""
        super().__init__(detail)
        self.code = code


class RedirectError(IdpError):
    """Sent to the client's registered address with `error`, `state` and `iss`."""

    def __init__(self, request: AuthorizationRequest, code: str, description: str) -> None:
        """Take the request as far as it was checked, the OAuth error code, and its public description."""
        super().__init__(description)
        self.request = request
        self.code = code
        self.description = description
