"""The members of a registration about certificates (RFC 8705 2.1.2), and the key of one's own certificate."""

from base64 import b64encode

import pytest

from clients.errors import RuleBrokenError
from clients.jwk_set import as_jwks
from tests.support.parties.client_certificates import self_signed
from tests.unit.clients.entries import broken_rules, client, entry

TLS = {"token_endpoint_auth_method": "tls_client_auth"}


@pytest.mark.parametrize(
    ("member", "value", "kept"),
    [
        ("subject_dn", "CN=portal,OU=IT\\, one,serialNumber=5,emailAddress=a@b.vn,2.5.4.97=x,C=VN", None),
        ("san_dns", "cong.example.vn", None),
        ("san_uri", "urn:vn:cong", None),
        ("san_ip", "2001:DB8:0::1", "2001:db8::1"),
        ("san_email", "a@cong.example.vn", None),
    ],
)
def test_rfc8705_2_1_2_one_name_of_each_kind_can_be_registered(member: str, value: str, kept: str | None) -> None:
    name = f"tls_client_auth_{member}"
    assert getattr(client(**TLS, **{name: value}), name) == (kept or value)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("subject_dn", "portal"),
        ("subject_dn", ""),
        ("subject_dn", "CN=" + "x" * 1000),
        ("subject_dn", 5),
        ("san_dns", "*.example.vn"),
        ("san_dns", "-a.example.vn"),
        ("san_uri", "cong"),
        ("san_ip", "192.0.2.1/24"),
        ("san_ip", 3221225985),
        ("san_email", "cong.example.vn"),
    ],
)
def test_a_name_that_no_certificate_could_bear_is_refused(member: str, value: object) -> None:
    name = f"tls_client_auth_{member}"
    assert {field for field, _ in broken_rules(entry(**TLS, **{name: value}))} == {name}


def test_rfc7517_4_7_a_chain_beside_a_key_is_of_that_key_and_not_kept() -> None:
    own, other = self_signed(), self_signed()
    (kept,) = as_jwks({"keys": [own.jwk]})["keys"]
    assert "x5c" not in kept
    for chain in ([b64encode(other.der).decode()], ["MIIB"], ["A" * 20_000], [], "MIIB", [5]):
        with pytest.raises(RuleBrokenError) as caught:
            as_jwks({"keys": [{**own.jwk, "x5c": chain}]})
        assert caught.value.rule == "x5c-key"
