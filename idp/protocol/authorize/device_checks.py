"""The checks of a request that comes from a device by itself (RFC 8628 3.1, CIBA 7.1)."""

from clients.model import Client
from idp.protocol.authorize.case import Case, Check, CheckRefusal, run_checks
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import (
    check_acting,
    check_max_age,
    check_nothing_is_repeated,
    check_scope,
    known_parameters,
    size_of,
    take_preferences,
)
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.submitted import Provenance
from idp.protocol.errors import INVALID_REQUEST, INVALID_SCOPE
from idp.protocol.forms import Form
from idp.protocol.policy import GOVERNED_SCOPES
from idp.protocol.provider import Provider

# What a device may not ask with; it asks for what it wants by scope, level and age alone.
NOT_FROM_DEVICES = frozenset(
    {
        *("request", "request_uri", "prompt", "id_token_hint", "login_hint", "nonce", "assisted", "redirect_uri"),
        *("response_type", "response_mode", "state", "code_challenge", "code_challenge_method"),
        *("claims", "authorization_details", "resource", "dpop_jkt"),
    }
)
# One of a device waits in the database.
MAX_DEVICE_REQUEST = 2 * 1024


def read_device_request(
    provider: Provider, form: Form, client: Client, refused: frozenset[str] = NOT_FROM_DEVICES
) -> AuthorizationRequest:
    """Return what a proven client asks for on behalf of a device (RFC 8628 3.1); raises `RedirectError`.

    There is no address to answer to: whoever catches the error tells the device.
    """
    nowhere = AuthorizationRequest(client, "", redirect_uri_given=False, state=None, by_device=True)
    for name in sorted(form.data.keys() & refused):
        if form.get(name) is not None:
            # What makes sense in a browser alone, or would be kept about a person, is refused by name.
            said = f"'{name}' is not supported in a request of this kind."
            raise RedirectError(nowhere, INVALID_REQUEST.because(said))
    return run_checks(Case(provider, form, nowhere, Provenance.PUSHED), DEVICE_CHECKS)


def check_device_size(case: Case) -> AuthorizationRequest:
    """Bound what is stored: a longer request is refused, never cut."""
    if size_of(known_parameters(case.form)) > MAX_DEVICE_REQUEST:
        raise CheckRefusal(INVALID_REQUEST.because("The request has more than 2 KiB."))
    return case.request


def check_device_scope(case: Case) -> AuthorizationRequest:
    """DF-1: what the State governs is not given to a device: the person cannot see who stands behind it.

    A code is sent to a victim more easily than an address, and whoever has it collects what the victim confirms.
    """
    if not GOVERNED_SCOPES.isdisjoint(case.request.scope):
        raise CheckRefusal(INVALID_SCOPE.because("Governed claims and administration are not given to a device."))
    return case.request


DEVICE_CHECKS: tuple[Check, ...] = (
    check_nothing_is_repeated,
    check_device_size,
    check_scope,
    check_device_scope,
    check_max_age,
    check_acting,
    take_preferences,
)
