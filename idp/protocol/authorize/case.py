"""An authorization request while it is checked, and how a list of checks is run over it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.submitted import Provenance
from idp.protocol.errors import ProtocolError
from idp.protocol.forms import Form
from idp.protocol.provider import Provider


class Case(Struct):
    """What a check looks at. The request grows check by check: a new case for each cost a thirtieth of a code flow."""

    provider: Provider
    form: Form
    request: AuthorizationRequest
    provenance: Provenance
    # None for a request of a device, which rests on no exception that has an end.
    now: datetime | None = None
    # The resources of APIs that the client was given.
    given: tuple[str, ...] = ()


class CheckRefusal(Exception):  # noqa: N818 - it leaves no check; RedirectError is the error
    """What a check raises.

    Its error is the client's to hear.
    """

    def __init__(self, error: ProtocolError) -> None:
        super().__init__(error.code)
        self.error = error


Check = Callable[[Case], AuthorizationRequest]


def run_checks(case: Case, checks: Sequence[Check]) -> AuthorizationRequest:
    """Return the request as the checks leave it; raises `RedirectError` with the request so far."""
    for check in checks:
        try:
            case.request = check(case)
        except CheckRefusal as refusal:
            raise RedirectError(case.request, refusal.error) from refusal
    return case.request
