"""Why an upstream's answer is not believed, as far as the person is told."""

from enum import StrEnum

from idp.kernel.errors import IdpError


class Why(StrEnum):
    """A closed set of words: each has its text on the sign-in page."""

    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LEVEL_TOO_LOW = "level_too_low"
    NOT_FRESH = "not_fresh"
    EXPIRED = "expired"


class UpstreamRefusedError(IdpError):
    """No sign-in comes of this. `why` goes out, `detail` stays in the log."""

    code = "upstream_refused"

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


class UnknownKeyError(UpstreamRefusedError):
    """None of the provider's known keys fits: they may have been replaced (OIDC Core 10.1.1)."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(Why.FAILED, "no key of the provider fits the token")


class ProvidersFileError(Exception):
    """A file of providers that cannot be used; the text is one line that names the provider and what is wrong."""
