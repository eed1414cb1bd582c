"""What can go wrong between a portal and the provider.

SignInError                 anything that ends a sign-in; its code is shown to the person
 +- ProviderError           the provider answered with an error, or did not answer
 +- TokenRefusedError       a token of the provider did not pass a check
"""

import re

_CODE = re.compile(r"[a-z_]{1,64}")


class SignInError(Exception):
    """A sign-in, refresh or logout that failed: `code` is public, `detail` goes to the log and names no one."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


class ProviderError(SignInError):
    """The provider's own error code (RFC 6749 4.1.2.1, 5.2; OIDC Core 3.1.2.6), or `provider_unreachable`.

    The code may come from the address bar: what does not look like one is not repeated in a page or a log.
    """

    def __init__(self, code: object, detail: str = "") -> None:
        looks_right = isinstance(code, str) and _CODE.fullmatch(code)
        super().__init__(str(code) if looks_right else "invalid_response", detail)


class TokenRefusedError(SignInError):
    """A token failed a check. The detail names the check, never the token or a claim's value."""

    def __init__(self, detail: str) -> None:
        super().__init__("token_refused", detail)
