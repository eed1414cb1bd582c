"""Client authentication by a certificate (RFC 8705 2): each rule broken alone."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from itertools import product

import pytest
from authlib.oauth2.rfc6749.errors import InvalidClientError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from clients.jwk_set import as_jwks
from clients.model import Client
from idp.protocol.client_auth.authentication import Credentials, authenticate, offered_methods, read_credentials
from idp.protocol.client_auth.self_signed_tls_client_auth import is_registered
from idp.protocol.client_auth.tls_client_auth import BadClientCertificateError, verify_issued
from idp.protocol.forms import parse_form
from idp.protocol.sender.certificates import BadCertificateError, read_certificate
from idp.protocol.sender.mutual_tls import MutualTls, mutual_tls
from idp.protocol.sender.shown import Certificate
from idp.protocol.token.endpoint import decide_token
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, PROVIDER, code_request
from tests.support.parties.client_certificates import SUBJECT, ClientCertificate, authority, self_signed

AUTHORITY, STRANGER = authority(NOW), authority(NOW)
TRUSTING = mutual_tls([AUTHORITY.certificate], "")
ISSUED = replace(CLIENT, token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=SUBJECT, secrets=())
BY_NAME = replace(ISSUED, tls_client_auth_subject_dn=None, tls_client_auth_san_dns="Cong.example.vn")
DNS, OTHER = x509.DNSName("cong.example.vn"), x509.DNSName("khac.example.vn")
KEY = ec.generate_private_key(ec.SECP256R1())
OWN = self_signed(KEY)
REGISTERED = as_jwks({"keys": [OWN.jwk]})
SELF_SIGNED = replace(CLIENT, token_endpoint_auth_method="self_signed_tls_client_auth", jwks=REGISTERED, secrets=())


def proves(client: Client, shown: ClientCertificate | None, given: MutualTls | None = TRUSTING) -> bool:
    provider = replace(PROVIDER, mutual_tls=given)
    certificate = None if shown is None else Certificate(shown.der)
    form = parse_form(f"client_id={client.client_id}".encode())
    credentials = read_credentials(form, None, certificate)
    try:
        return authenticate(provider, client, credentials, client.jwks or {}, NOW).client == client
    except InvalidClientError:
        return False


def test_rfc8705_2_1_a_certificate_of_a_trusted_authority_for_the_registered_name_proves_its_client() -> None:
    assert proves(ISSUED, AUTHORITY.issue(now=NOW))
    assert proves(BY_NAME, AUTHORITY.issue(now=NOW, names=[OTHER, DNS]))
    assert proves(ISSUED, AUTHORITY.issue(now=NOW, usage=None))


@pytest.mark.parametrize(
    "shown",
    [
        None,
        STRANGER.issue(now=NOW),
        AUTHORITY.issue(now=NOW, begins=timedelta(days=-9), ends=timedelta(seconds=-1)),
        AUTHORITY.issue(now=NOW, begins=timedelta(hours=1), ends=timedelta(days=9)),
        AUTHORITY.issue(now=NOW, subject="CN=khac,O=Ngân hàng thử\\, chi nhánh,C=VN"),
        AUTHORITY.issue(now=NOW, subject=f"OU=them,{SUBJECT}"),
        AUTHORITY.issue(now=NOW, usage=ExtendedKeyUsageOID.SERVER_AUTH),
        AUTHORITY.issue(now=NOW, ca=True),
        self_signed(),
    ],
    ids=["none", "unknown authority", "expired", "future", "name", "longer", "server's", "authority's", "self-signed"],
)
def test_rfc8705_2_1_any_other_certificate_proves_nothing(shown: ClientCertificate | None) -> None:
    assert not proves(ISSUED, shown)


def test_rfc5280_4_2_1_3_a_key_that_is_not_for_signatures_proves_nothing() -> None:
    assert proves(ISSUED, AUTHORITY.issue(now=NOW, signs=True))
    assert not proves(ISSUED, AUTHORITY.issue(now=NOW, signs=False))


@pytest.mark.parametrize("client", [ISSUED, BY_NAME, SELF_SIGNED], ids=["subject", "name", "key"])
def test_no_byte_of_a_certificate_makes_an_error_of_ours(client: Client) -> None:
    """Nor another certificate: what was signed is what it was, where one is taken that was changed around it."""
    good = AUTHORITY.issue(now=NOW, names=[DNS])
    provider, refusals = replace(PROVIDER, mutual_tls=TRUSTING), 0
    for place, change in product(range(len(good.der)), (0x01, 0x1F, 0x80, 0xFF)):
        der = good.der[:place] + bytes([good.der[place] ^ change]) + good.der[place + 1 :]
        try:
            shown = read_certificate([b":" + b64encode(der) + b":"], "rfc9440")
            credentials = Credentials("none", client.client_id, certificate=shown)
            authenticate(provider, client, credentials, client.jwks or {}, NOW)
        except BadCertificateError:
            continue
        except InvalidClientError:
            refusals += 1
        else:
            changed = x509.load_der_x509_certificate(der)
            assert changed.tbs_certificate_bytes == good.certificate.tbs_certificate_bytes
    assert refusals > 500


def test_a_time_is_the_clocks_and_not_the_machines() -> None:
    shown = Certificate(AUTHORITY.issue(now=NOW, ends=timedelta(days=2)).der)
    verify_issued(TRUSTING.anchors, ISSUED, shown, NOW + timedelta(days=1))
    with pytest.raises(BadClientCertificateError, match="not valid"):
        verify_issued(TRUSTING.anchors, ISSUED, shown, NOW + timedelta(days=3))


def test_where_no_certificates_reach_the_provider_or_no_authority_is_trusted_nobody_is_proved() -> None:
    shown = AUTHORITY.issue(now=NOW)
    assert not proves(ISSUED, shown, None)
    assert not proves(ISSUED, shown, MutualTls())
    assert not proves(SELF_SIGNED, OWN, None)
    assert proves(SELF_SIGNED, OWN, MutualTls())


@pytest.mark.parametrize(
    ("member", "registered", "good", "wrong"),
    [
        ("san_dns", "cong.example.vn", x509.DNSName("CONG.example.vn"), x509.DNSName("*.example.vn")),
        ("san_dns", "cong.example.vn", DNS, x509.UniformResourceIdentifier("cong.example.vn")),
        ("san_uri", "urn:cong", x509.UniformResourceIdentifier("urn:cong"), x509.UniformResourceIdentifier("urn:CONG")),
        ("san_ip", "2001:db8::1", x509.IPAddress(ip_address("2001:DB8:0::1")), x509.IPAddress(ip_address("192.0.2.1"))),
        ("san_email", "a@CONG.vn", x509.RFC822Name("a@cong.vn"), x509.RFC822Name("A@cong.vn")),
    ],
)
def test_rfc8705_2_1_2_the_one_registered_name_counts_in_its_own_kind(
    member: str, registered: str, good: x509.GeneralName, wrong: x509.GeneralName
) -> None:
    named: dict[str, str | None] = {"tls_client_auth_subject_dn": None, f"tls_client_auth_{member}": registered}
    client = replace(ISSUED, **named)  # type: ignore[arg-type]
    assert proves(client, AUTHORITY.issue(now=NOW, names=[good]))
    assert not proves(client, AUTHORITY.issue(now=NOW, names=[wrong]))
    assert not proves(client, AUTHORITY.issue(now=NOW))


def test_a_client_without_a_registered_name_is_proved_by_nothing() -> None:
    assert not proves(replace(ISSUED, tls_client_auth_subject_dn=None), AUTHORITY.issue(now=NOW))


def test_rfc8705_2_2_a_registered_key_proves_its_client_in_any_certificate() -> None:
    assert proves(SELF_SIGNED, OWN)
    assert proves(SELF_SIGNED, self_signed(KEY, timedelta(days=-1)))
    assert not proves(SELF_SIGNED, self_signed())
    assert not proves(SELF_SIGNED, None)


def test_rfc8705_2_2_an_rsa_key_is_registered_likewise() -> None:
    shown = self_signed(rsa.generate_private_key(65537, 2048))
    assert is_registered(Certificate(shown.der), as_jwks({"keys": [shown.jwk]}))
    assert not is_registered(Certificate(shown.der), REGISTERED)


def test_rfc7517_4_2_a_key_to_encrypt_for_proves_nobody() -> None:
    keys: Mapping[str, list[dict[str, str]]] = {"keys": [{**REGISTERED["keys"][0], "use": "enc"}]}
    assert not is_registered(Certificate(OWN.der), keys)


def test_a_key_of_a_kind_that_nobody_can_register_proves_nobody() -> None:
    own = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([])
    made = x509.CertificateBuilder(name, name, own.public_key(), 1, NOW, NOW + timedelta(days=1)).sign(own, None)
    assert not is_registered(Certificate(ClientCertificate(made).der), REGISTERED)
    other_curve = self_signed(ec.generate_private_key(ec.SECP384R1()))
    assert not is_registered(Certificate(other_curve.der), REGISTERED)


def test_a_certificate_takes_the_place_of_no_other_method() -> None:
    for method in ("client_secret_basic", "client_secret_post", "private_key_jwt"):
        client = replace(ISSUED, token_endpoint_auth_method=method)
        assert not proves(client, AUTHORITY.issue(now=NOW))


def test_rfc6749_2_3_a_secret_beside_the_certificate_is_another_method() -> None:
    shown = Certificate(AUTHORITY.issue(now=NOW).der)
    credentials = Credentials("client_secret_post", ISSUED.client_id, secret="x" * 22, certificate=shown)
    with pytest.raises(InvalidClientError):
        authenticate(replace(PROVIDER, mutual_tls=TRUSTING), ISSUED, credentials, {}, NOW)


def test_rfc8414_2_only_what_is_composed_is_offered() -> None:
    both = {"tls_client_auth", "self_signed_tls_client_auth"}
    assert both.isdisjoint(offered_methods(None))
    assert both & set(offered_methods(MutualTls())) == {"self_signed_tls_client_auth"}
    assert both <= set(offered_methods(TRUSTING))


def test_which_rule_a_certificate_broke_is_for_the_log_and_not_for_who_asks() -> None:
    snapshot = code_request(client=ISSUED)
    credentials = Credentials("none", ISSUED.client_id, certificate=Certificate(STRANGER.issue(now=NOW).der))
    facts = replace(snapshot.facts, credentials=credentials)
    decision = decide_token(replace(PROVIDER, mutual_tls=TRUSTING), replace(snapshot, facts=facts))
    assert (decision.answer.status, decision.answer.description) == (401, "Client authentication failed.")
    assert "the certificate is not valid" in str(decision.enqueued)
