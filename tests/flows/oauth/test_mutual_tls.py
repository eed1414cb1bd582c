"""Mutual TLS over a running provider behind a trusted proxy (RFC 8705, RFC 9440; FAPI 2.0 with mTLS).

The relying party sends what its proxy would: a certificate whose key was proved in the handshake. Names of modules are
those of the plan fapi2-security-profile-final with client_auth_type and fapi_sender_constrain mtls.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from cryptography import x509

from clients.model import CIBA, ClientId
from records.structs import replace
from tests.flows.oauth.test_backchannel_authentication import opened
from tests.flows.oauth.test_fapi2 import CALLBACK, code_of, error_of
from tests.flows.portals import Portal, portal
from tests.flows.running_provider import RunningProvider, embedded_provider
from tests.flows.second_factors import open_sign_in
from tests.support.parties.client_certificates import Authority, ClientCertificate, authority, self_signed
from tests.support.parties.client_credentials import Credentials, NoSecret, SignedAssertion, new_key, public_set
from tests.support.parties.relying_party import RelyingParty, Started, show_password
from tests.support.parties.signed_requests import push_object, pushed, request_object
from tests.support.patience import patient
from tests.support.plain.browser import Browser, landed, shown

BACKCHANNEL = "/backchannel_authentication"
OWN_SYSTEM = "the provider believes a proxy, and trusts an authority of the tests"
MTLS = "https://mtls.dangnhap.example"
NAME = "may-chu.ngan-hang.example"


class Bank:
    """A provider with mutual TLS, and the certificates of its clients."""

    def __init__(self, running: RunningProvider, trusted: Authority) -> None:
        self.running, self.trusted, self._parties = running, trusted, dict[str, RelyingParty]()
        self.own = self.issued()

    def issued(self, name: str = NAME, ends: timedelta = timedelta(days=1)) -> ClientCertificate:
        return self.trusted.issue(names=[x509.DNSName(name)], begins=timedelta(days=-9), ends=ends)

    def party(self, client_id: str, **members: object) -> RelyingParty:
        """Return the relying party of a client that is proved by its certificate."""
        method = {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": NAME}
        return self.registered(client_id, NoSecret(), {**method, "security_profile": "fapi2", **members}, self.own)

    def registered(
        self, client_id: str, credentials: Credentials, members: Mapping[str, object], shown: ClientCertificate
    ) -> RelyingParty:
        if client_id not in self._parties:
            made = bound_portal(self.running, client_id, credentials, members)
            self.running.apply(made)
            acting = made.party(self.running.http, self.running.provider)
            self._parties[client_id] = replace(acting, certificate=shown, scope="openid profile offline_access")
        return self._parties[client_id]


def bound_portal(
    running: RunningProvider, client_id: str, credentials: Credentials, members: Mapping[str, object]
) -> Portal:
    usual: dict[str, object] = {
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [],
        "backchannel_logout_uri": None,
        "tls_client_certificate_bound_access_tokens": True,
    }
    made = portal(ClientId(client_id), running.listener, **{**usual, **members})
    entry = {name: value for name, value in made.entry.items() if name != "client_secret" and value is not None}
    return replace(made, entry=entry, credentials=credentials)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder, trusted = tmp_path_factory.mktemp("mutual-tls"), authority()
    (folder / "authorities.pem").write_bytes(trusted.pem)
    settings = {
        "IDP_TRUSTED_PROXIES": "127.0.0.1",
        "IDP_CLIENT_CERTIFICATES": "rfc9440",
        "IDP_CLIENT_AUTHORITIES_FILE": str(folder / "authorities.pem"),
        "IDP_CLIENT_CERTIFICATES_ADDRESS": MTLS,
    }
    with httpx2.Client(timeout=patient(10)) as http:
        for running in embedded_provider(folder, http, settings):
            yield Bank(running, trusted)


@pytest.fixture
def visitor(bank: Bank) -> Iterator[Browser]:
    with bank.running.browser() as browser:
        yield browser


def signed_in(bank: Bank, browser: Browser, party: RelyingParty) -> tuple[Started, str]:
    started = party.push()
    return started, code_of(browser, bank.running, party, started)


def test_happy_flow_by_certificate_with_tokens_that_are_bound_to_it(bank: Bank, visitor: Browser) -> None:
    party = bank.party("ngan-hang")
    started, code = signed_in(bank, visitor, party)
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    # RFC 8705 3: another certificate of the same name, another's, none.
    for thief in (replace(party, certificate=bank.issued()), replace(party, certificate=None)):
        assert error_of(thief.userinfo(tokens.access_token)) == (401, "invalid_token")
    # refresh-token: bound to the client, which may have a new certificate by then.
    renewed = replace(party, certificate=bank.issued())
    refreshed = renewed.refresh(tokens.refresh_token or "").json()
    assert (refreshed["token_type"], "refresh_token" in refreshed) == ("Bearer", False)
    assert renewed.userinfo(refreshed["access_token"]).status_code == 200
    assert error_of(party.userinfo(refreshed["access_token"])) == (401, "invalid_token")
    assert renewed.revoke(refreshed["access_token"]).status_code == 200
    assert error_of(renewed.userinfo(refreshed["access_token"])) == (401, "invalid_token")


def test_rfc8705_2_2_a_certificate_of_ones_own_is_known_by_its_registered_key(bank: Bank, visitor: Browser) -> None:
    shown = self_signed()
    members = {
        "token_endpoint_auth_method": "self_signed_tls_client_auth",
        "tls_client_auth_san_dns": None,
        "jwks": {"keys": [shown.jwk]},
    }
    party = replace(bank.party("tu-ky", **members), certificate=shown)
    started, code = signed_in(bank, visitor, party)
    for wrong in (bank.own, self_signed(), None):
        assert error_of(replace(party, certificate=wrong).redeem(started, code)) == (401, "invalid_client")
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    assert party.userinfo(tokens.access_token).status_code == 200


@pytest.mark.parametrize("what", ["unknown authority", "expired", "wrong name", "none"])
def test_ensure_client_authentication_by_a_wrong_certificate_fails_everywhere(bank: Bank, what: str) -> None:
    shown = {
        "unknown authority": authority().issue(names=[x509.DNSName(NAME)]),
        "expired": bank.issued(ends=timedelta(days=-1)),
        "wrong name": bank.issued("khac.example"),
        "none": None,
    }[what]
    party = replace(bank.party("ngan-hang"), certificate=shown)
    good = {"response_type": "code", "redirect_uri": CALLBACK, "scope": "openid"}
    for path, fields in (
        ("/par", good),
        ("/token", {"grant_type": "refresh_token", "refresh_token": "x"}),
        ("/introspect", {"token": "x"}),
        ("/revoke", {"token": "x"}),
    ):
        assert error_of(party.post(path, client_id=party.client_id, **fields)) == (401, "invalid_client"), path
    assert bank.party("ngan-hang").post("/introspect", token="x").json() == {"active": False}


def test_rfc9440_4_a_header_from_elsewhere_or_twice_or_unreadable_is_no_certificate(bank: Bank) -> None:
    party, url = bank.party("ngan-hang"), f"{bank.running.provider.base()}/introspect"
    form = {"client_id": party.client_id, "token": "x"}
    good = ("Client-Cert", bank.own.header)
    assert bank.running.http.post(url, data=form, headers=[good]).status_code == 200
    for headers in ([good, good], [("Client-Cert", bank.own.header[:-9])], [("X-Client-Cert", bank.own.header)]):
        assert error_of(bank.running.http.post(url, data=form, headers=headers)) == (401, "invalid_client")
    stranger = httpx2.HTTPTransport(local_address="127.0.0.2")
    with httpx2.Client(transport=stranger, timeout=patient(10)) as http:
        forged = [good, ("X-Forwarded-For", "127.0.0.1")]
        assert error_of(http.post(url, data=form, headers=forged)) == (401, "invalid_client")
    assert bank.running.provider.log_text().count("client_certificate_unreadable") == 2


def test_ensure_holder_of_key_required_and_the_code_is_its_clients(bank: Bank, visitor: Browser) -> None:
    """Private_key_jwt with tokens bound by mTLS: the certificate is any that the client shows."""
    key = new_key("nha-nuoc")
    method = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public_set(key), "security_profile": "fapi2"}
    party = bank.registered("chu-ky", SignedAssertion(key), method, self_signed())
    started, code = signed_in(bank, visitor, party)
    assert error_of(replace(party, certificate=None).redeem(started, code)) == (400, "invalid_request")
    other = bank.party("ngan-hang")
    assert error_of(other.redeem(started, code)) == (400, "invalid_grant")
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    assert error_of(party.redeem(started, code)) == (400, "invalid_grant")
    assert error_of(other.userinfo(tokens.access_token)) == (401, "invalid_token")


def test_rfc8705_4_a_public_clients_refresh_token_is_bound_to_its_certificate(bank: Bank, visitor: Browser) -> None:
    members = {"token_endpoint_auth_method": "none", "redirect_uris": ["http://127.0.0.1:9/callback"]}
    party = bank.registered("ung-dung-tls", NoSecret(), members, self_signed())
    started = party.start()
    landing = landed(show_password(visitor, visitor.page(started.location), bank.running.citizen()))
    tokens = party.complete(started, landing)
    for wrong in (self_signed(), bank.own):
        answer = replace(party, certificate=wrong).refresh(tokens.refresh_token or "")
        assert error_of(answer) == (400, "invalid_grant")
    assert party.refresh(tokens.refresh_token or "").status_code == 200


def test_rfc8705_3_4_5_discovery_says_what_is_composed_and_where_certificates_are_shown(bank: Bank) -> None:
    document = bank.running.http.get(f"{bank.running.provider.base()}/.well-known/openid-configuration").json()
    offered = document["token_endpoint_auth_methods_supported"]
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(offered)
    assert document["tls_client_certificate_bound_access_tokens"] is True
    aliases = document["mtls_endpoint_aliases"]
    assert aliases["token_endpoint"] == f"{MTLS}/token"
    assert aliases.keys() <= document.keys()
    assert "authorization_endpoint" not in aliases


def test_ciba_7_1_fapi_ciba_id1_by_certificate_with_tokens_that_are_bound_to_it(bank: Bank, visitor: Browser) -> None:
    """client_auth_type mtls: -ensure-wrong-client-id-in-…, -ensure-mtls-holder-of-key-required, of FAPI-CIBA."""
    grants = ["authorization_code", "refresh_token", CIBA]
    asking = {"grant_types": grants, "backchannel_token_delivery_mode": "poll"}
    party, other = (
        bank.party("ngan-hang-hoi", **asking),
        bank.party("ngan-hang-hoi-hai", tls_client_auth_san_dns="hai.example", **asking),
    )
    citizen = bank.running.citizen()
    fields = {"scope": "openid profile offline_access", "login_hint": citizen.number}
    for wrong in (None, bank.issued("hai.example"), self_signed()):
        assert error_of(replace(party, certificate=wrong).post(BACKCHANNEL, **fields)) == (401, "invalid_client")
    auth_req_id = str(party.post(BACKCHANNEL, **fields).json()["auth_req_id"])
    open_sign_in(visitor, citizen)
    shown(visitor.submit(opened(visitor), "allow"))
    for wrong in (None, bank.issued("hai.example")):
        thief = replace(party, certificate=wrong)
        assert error_of(thief.token(grant_type=CIBA, auth_req_id=auth_req_id)) == (401, "invalid_client")
    stranger = replace(other, certificate=bank.issued("hai.example"))
    assert error_of(stranger.token(grant_type=CIBA, auth_req_id=auth_req_id)) == (400, "invalid_grant")
    tokens = party.validated(party.token(grant_type=CIBA, auth_req_id=auth_req_id), nonce=None)
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    for thief in (replace(party, certificate=bank.issued()), replace(party, certificate=None)):
        assert error_of(thief.userinfo(tokens.access_token)) == (401, "invalid_token")


def test_fapi2_message_signing_by_certificate_with_signed_requests(bank: Bank, visitor: Browser) -> None:
    """variant client_auth_type=mtls of the Message Signing plan: the certificate proves, the key signs."""
    key = new_key("ky-yeu-cau")
    members = {"require_signed_request_object": True, "jwks": public_set(key), "request_object_signing_alg": "ES256"}
    party = bank.party("ngan-hang-ky", **members)
    started = party.start()
    signed = request_object(party, started, key)
    assert error_of(push_object(replace(party, certificate=None), signed)) == (401, "invalid_client")
    unsigned = party.post("/par", **dict(parse_qsl(urlsplit(started.location).query)))
    assert error_of(unsigned) == (400, "invalid_request")
    begun = pushed(party, started, push_object(party, signed))
    code = code_of(visitor, bank.running, party, begun)
    tokens = party.validated(party.redeem(begun, code), nonce=begun.nonce)
    assert party.userinfo(tokens.access_token).status_code == 200
