"""An authorization request after its checks."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from clients.model import Client
from idp.delegation.model import Power


class ResponseMode(StrEnum):
    """How a response travels (OAuth 2.0 Multiple Response Types 2.1): discovery names these, the edge renders each."""

    QUERY = "query"


class AuthorizationRequest(Struct, frozen=True):
    """A request that passed every check: nothing in it needs doubting again."""

    client: Client
    redirect_uri: str
    redirect_uri_given: bool
    state: str | None
    response_mode: ResponseMode = ResponseMode.QUERY
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
