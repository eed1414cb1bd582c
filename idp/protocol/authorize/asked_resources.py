"""The APIs that an authorization request names (RFC 8707 2.1)."""

from idp.protocol.agreed_apis import others_among
from idp.protocol.authorize.case import Case, CheckRefusal
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.errors import INVALID_TARGET
from idp.protocol.resources import NOT_ABSOLUTE, is_resource, may_name
from records.structs import replace


def check_resources(case: Case) -> AuthorizationRequest:
    """RFC 8707 2.1: the APIs that tokens may be for, among those that the client may name.

    Tokens that leave in front name no API: whoever sees the address has them. At a counter no citizen is told of one.
    """
    asked, request = case.form.words("resource"), case.request
    if not asked:
        return request
    if not all(is_resource(one) for one in asked):
        raise CheckRefusal(NOT_ABSOLUTE)
    if not all(may_name(case.provider, request.client, one, case.given) for one in asked):
        raise CheckRefusal(INVALID_TARGET)
    if "token" in request.response_type.split(" "):
        raise CheckRefusal(INVALID_TARGET.because("Tokens for a resource come from the token endpoint."))
    if request.assisted and others_among(case.provider.issuer, request.client, asked):
        raise CheckRefusal(INVALID_TARGET.because("A request for assisted filing names no API of others."))
    return replace(request, resources=asked)
