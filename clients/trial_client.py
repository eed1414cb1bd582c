"""A trial client: the client's own configuration, as the provider's test relying party runs it to try it out.

The trial client is in no store. It exists in the requests of one browser while one run lasts, takes invented people
only, answers to the provider's own address alone, and proves itself by a stand-in that nobody is told.
"""

from collections.abc import Mapping

from msgspec import Struct

from clients.client_secret import SIGNING_METHOD
from clients.model import CERTIFICATE_METHODS, SECRET_METHODS, Client, ClientId, ClientSecret
from clients.ports import ClientLookup
from clients.profiles import profile_of
from records.structs import Unprinted, replace

# No registration may hold this letter in its id (`clients.metadata`): a trial client is never taken for a client.
_MARK = "~try"
_ENGLISH = "en"


class StandIn(Unprinted, Struct, frozen=True):
    """What the trial client proves itself by instead of the client's own secret or key."""

    secret: ClientSecret
    jwks: Mapping[str, list[dict[str, str]]]


class WithTrialClient(Struct, frozen=True):
    """The clients that the requests of a run's browser know: all others, and the trial client."""

    others: ClientLookup
    trial_client: Client

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client, disabled or not."""
        return self.trial_client if client_id == self.trial_client.client_id else self.others.get(client_id)


class TrialAddresses(Struct, frozen=True):
    """Where the provider's test relying party is told the outcome."""

    back: str
    signed_out: str


def trial_client_id(client_id: ClientId) -> ClientId:
    """Return the id that a trial client goes by."""
    return ClientId(client_id + _MARK)


def is_trial_client(client_id: ClientId) -> bool:
    """Say whether an id is a trial client's."""
    return client_id.endswith(_MARK)


def trial_client_of(client: Client, addresses: TrialAddresses, stand_in: StandIn) -> Client:
    """Return the trial client of a client, in the sandbox whatever the client's own stage is.

    What would reach the portal's own servers is taken away; what decides about requests, people and tokens stays.
    """
    method = client.token_endpoint_auth_method
    if method in CERTIFICATE_METHODS or method == SIGNING_METHOD:
        # Certificate and secret are in the client's hands alone: the trial signs by the key that stands in for them.
        method = "private_key_jwt"
    marks = {tag: " (trial run)" if tag == _ENGLISH else " (chạy thử)" for tag in client.client_name}
    return replace(
        client,
        client_id=trial_client_id(client.client_id),
        client_name={tag: name + marks[tag] for tag, name in client.client_name.items()},
        stage="sandbox",
        redirect_uris=(addresses.back,),
        post_logout_redirect_uris=(addresses.signed_out,),
        # The same people are known by the same subjects as at the client itself (OIDC Core 8.1).
        sector_identifier=client.sector_identifier or client.client_id,
        secrets=(stand_in.secret,) if method in SECRET_METHODS else (),
        jwks=stand_in.jwks if method == "private_key_jwt" else None,
        jwks_uri=None,
        # For keys that the client alone has; the trial is about what is in them.
        id_token_encrypted_response_alg=None,
        id_token_encrypted_response_enc=None,
        userinfo_encrypted_response_alg=None,
        userinfo_encrypted_response_enc=None,
        backchannel_logout_uri=None,
        frontchannel_logout_uri=None,
        frontchannel_logout_session_required=False,
        session_management=False,
        security_event_endpoint=None,
        backchannel_token_delivery_mode=None,
        backchannel_client_notification_endpoint=None,
        security_events=(),
        legacy_dialect_until=None,
        error_iss_omitted_until=None,
        assisted_filing=False,
        initiate_login_uri=None,
        # The trial plays the plain flow: it holds neither a key nor a certificate of the client's.
        security_profile="standard" if profile_of(client).bound_tokens_only else client.security_profile,
        require_pushed_authorization_requests=False,
        dpop_bound_access_tokens=False,
        require_signed_request_object=False,
        request_object_signing_alg=None,
        request_uris=(),
        token_endpoint_auth_signing_alg=None,
        backchannel_authentication_request_signing_alg=None,
        tls_client_certificate_bound_access_tokens=False,
        token_endpoint_auth_method=method,
        tls_client_auth_subject_dn=None,
        tls_client_auth_san_dns=None,
        tls_client_auth_san_uri=None,
        tls_client_auth_san_ip=None,
        tls_client_auth_san_email=None,
    )
