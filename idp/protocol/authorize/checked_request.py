"""An authorization request after its checks."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from clients.model import Client, ResponseType
from idp.delegation.model import Power
from idp.protocol.stated_purposes import StatedPurpose


class ResponseMode(StrEnum):
    """How a response travels: discovery names these.

    OAuth 2.0 Multiple Response Types 2.1, OAuth 2.0 Form Post Response Mode 2, JARM 2.3.
    """

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"
    # Whichever of the three below is the default of the response type (JARM 2.3.4).
    JWT = "jwt"
    QUERY_JWT = "query.jwt"
    FRAGMENT_JWT = "fragment.jwt"
    FORM_POST_JWT = "form_post.jwt"


class AuthorizationRequest(Struct, frozen=True):
    """A request that passed every check: nothing in it needs doubting again."""

    client: Client
    redirect_uri: str
    redirect_uri_given: bool
    state: str | None
    response_mode: ResponseMode = ResponseMode.QUERY
    response_type: ResponseType = "code"
    scope: tuple[str, ...] = ()
    nonce: str | None = None
    code_challenge: str | None = None
    # Thumbprint of the DPoP key that the code will be bound to (RFC 9449 10).
    dpop_jkt: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    acr_values: tuple[str, ...] = ()
    login_hint: str | None = None
    ui_locales: str | None = None
    hinted_subject: str | None = None
    # An officer files for a citizen who is at the counter.
    assisted: bool = False
    # "self", "choose", "organisation", an organisation's code, or a principal's pairwise subject.
    acting_for: str | None = None
    acting_power: Power | None = None
    # What the `claims` parameter grants (`idp.protocol.requested_claims`), and what it says of the sign-in.
    claims: tuple[str, ...] = ()
    # What the client says that they are for, for the person to read.
    purposes: tuple[StatedPurpose, ...] = ()
    essential_acr: tuple[str, ...] = ()
    auth_time_asked: bool = False
    # For which APIs its tokens may be (RFC 8707 2.1).
    resources: tuple[str, ...] = ()
    # What exactly the person is asked to confirm, as one text (`idp.protocol.rar.details`).
    details: str = ""
    # It came from a device by itself (RFC 8628): nothing is sent to an address, and the person confirms each one.
    by_device: bool = False
