"""The details that an authorization request asks for (RFC 9396 2, 5): the person confirms each request with any."""

from idp.protocol.authorize.case import Case, CheckRefusal
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.errors import INVALID_AUTHORIZATION_DETAILS
from idp.protocol.rar.details import InvalidDetailsError, read_details, written
from records.structs import replace


def check_details(case: Case) -> AuthorizationRequest:
    """RFC 9396 2, RFC 9396 5: of types that the client is registered for, whole and well-formed.

    Tokens that leave in front have none, as they have no resource. At a counter an officer presses the buttons.
    """
    text, request = case.form.get("authorization_details"), case.request
    if text is None:
        return request
    try:
        details = read_details(text, request.client.authorization_details_types)
    except InvalidDetailsError as error:
        raise CheckRefusal(INVALID_AUTHORIZATION_DETAILS.because(error.description)) from error
    if request.assisted or "token" in request.response_type.split(" "):
        said = "Details are confirmed by the person and come from the token endpoint."
        raise CheckRefusal(INVALID_AUTHORIZATION_DETAILS.because(said))
    return replace(request, details=written(details))
