"""From a request to a client: what the token gives, what the client decides, what the agency does (RFC 7591 2)."""

from datetime import timedelta

import pytest

from clients.document import Document
from clients.model import Client, ClientId
from clients.profiles import PROFILES
from clients.templates import TEMPLATES
from idp.protocol.dynamic_registration import client as rules
from idp.protocol.dynamic_registration.answer import Registered, information
from idp.protocol.dynamic_registration.client import Registrant, changed_client, new_client
from idp.protocol.dynamic_registration.errors import RegistrationError
from idp.protocol.dynamic_registration.members import KNOWN, REGISTRABLE
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from records.structs import replace
from tests.support.builders.protocol import CLIENT_KEY, NOW, public_jwks
from tests.support.every import every_case

HOST = "https://portal.example"
POLICY = RegistrationPolicy(hosts=("portal.example", "vn.example.app:"))
REGISTRANT = Registrant(POLICY, "H37")
ID = ClientId("dyn-1")
DOCUMENT: Document = {"redirect_uris": [f"{HOST}/cb"], "client_name": "Portal"}


def made(registrant: Registrant = REGISTRANT, /, **members: object) -> Client:
    return new_client(registrant, ID, {**DOCUMENT, **members}, {}, NOW)


def refusal(registrant: Registrant = REGISTRANT, /, **members: object) -> tuple[str, str]:
    with pytest.raises(RegistrationError) as refused:
        made(registrant, **members)
    error = refused.value.error
    assert error.status == 400
    return error.code, error.description


def test_rfc7591_2_what_is_not_said_has_the_defaults_of_the_specifications() -> None:
    client = made()
    assert (client.token_endpoint_auth_method, client.grant_types, client.response_types) == (
        "client_secret_basic",
        ("authorization_code",),
        ("code",),
    )
    # OIDC Registration 2; whatever else is registered begins with ES256 (decision 79).
    assert (client.id_token_signed_response_alg, client.application_type) == ("RS256", "web")
    assert (client.stage, client.agency, client.security_profile, client.scope) == (
        "sandbox",
        "H37",
        "standard",
        ("openid",),
    )


def test_a_profile_that_takes_no_rs256_has_its_own_default(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(PROFILES["standard"], refused_algorithms=frozenset({"RS256"}))
    monkeypatch.setattr(rules, "PROFILES", {**PROFILES, "standard": strict})
    assert made().id_token_signed_response_alg == "ES256"


def test_fapi_2_0_a_token_of_a_profile_registers_by_its_rules() -> None:
    strict = Registrant(RegistrationPolicy(hosts=POLICY.hosts, security_profile="fapi2"), "H37")
    keys = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public_jwks(CLIENT_KEY)}
    client = made(strict, **keys, dpop_bound_access_tokens=True, require_pushed_authorization_requests=True)
    assert (client.security_profile, client.id_token_signed_response_alg) == ("fapi2", "ES256")
    assert refusal(strict)[0] == "invalid_client_metadata"


def test_what_the_agency_decides_is_what_its_template_says() -> None:
    client, template = made(), TEMPLATES["web_portal"].members
    assert (client.kind, client.sector, client.require_consent) == (
        "web_portal",
        template["sector"],
        template["require_consent"],
    )


def test_rfc7591_2_unknown_members_and_null_are_ignored() -> None:
    assert made(an_unknown_member={"deeply": ["nested"]}, policy_uri=None, sector=None) == made()


def test_what_the_agency_decides_is_refused_by_name_ad_3() -> None:
    decided = sorted(KNOWN - REGISTRABLE - {"client_id", "client_secret"})
    assert {"agency", "stage", "governed_claims", "security_profile", "require_consent", "legal_basis"} <= set(decided)
    with every_case() as cases:
        for name in decided:
            with cases.of(name):
                code, said = refusal(**{name: "x"})
                assert (code, name in said, "[agencys]" in said) == ("invalid_client_metadata", True, True)


def test_what_is_known_and_not_offered_is_refused_by_name_and_asks_for_nothing_when_empty() -> None:
    code, said = refusal(id_token_encrypted_response_alg="RSA-OAEP")
    if "id_token_encrypted_response_alg" not in REGISTRABLE:
        assert (code, "id_token_encrypted_response_alg" in said) == ("invalid_client_metadata", True)
    assert "use_mtls_endpoint_aliases" in refusal(use_mtls_endpoint_aliases=True)[1]
    assert made(use_mtls_endpoint_aliases=False) == made()


def test_software_id_and_version_are_taken_and_left_out() -> None:
    assert made(software_id="4NRB1-0XZABZI9E6-5SM3R", software_version="2.1") == made()


@pytest.mark.parametrize("name", ["client_id", "client_secret", "registration_access_token", "client_id_issued_at"])
def test_what_the_provider_makes_nobody_says(name: str) -> None:
    assert refusal(**{name: "mine"})[0] == "invalid_client_metadata"


@pytest.mark.parametrize(
    "uri",
    [
        f"{HOST}/cb#there",
        "http://portal.example/cb",
        "JaVaScript:alert(1)",
        "data:text/html,x",
        "https://user@portal.example/cb",
        "/cb",
        f"{HOST}/../cb",
        "https://elsewhere.example/cb",
        "https://portal.example.evil.example/cb",
    ],
)
def test_ru_7_a_redirect_uri_that_may_not_be_registered(uri: str) -> None:
    assert refusal(redirect_uris=[uri])[0] == "invalid_redirect_uri"


def test_oidc_registration_2_code_needs_a_redirect_uri() -> None:
    assert refusal(redirect_uris=[])[0] == "invalid_redirect_uri"


def test_rfc8252_7_an_app_comes_back_to_its_scheme_or_its_own_machine() -> None:
    app = {"application_type": "native", "token_endpoint_auth_method": "none", "subject_type": "public"}
    uris = ["vn.example.app:/cb", "http://127.0.0.1/cb"]
    assert made(redirect_uris=uris, **app).redirect_uris == tuple(uris)
    assert refusal(redirect_uris=["vn.another.app:/cb"], **app)[0] == "invalid_redirect_uri"


@pytest.mark.parametrize(
    "name", ["jwks_uri", "sector_identifier_uri", "logo_uri", "initiate_login_uri", "backchannel_logout_uri", "tos_uri"]
)
def test_every_address_is_at_a_host_that_the_token_names(name: str) -> None:
    keys = {"token_endpoint_auth_method": "private_key_jwt"} if name == "jwks_uri" else {}
    assert getattr(made(**{name: f"{HOST}/x", **keys}), name) == f"{HOST}/x"
    code, said = refusal(**{name: "https://elsewhere.example/x", **keys})
    assert (code, name in said) == ("invalid_client_metadata", True)


def test_the_token_bounds_grants_and_scopes() -> None:
    assert made(grant_types=["authorization_code", "refresh_token"], scope="openid profile").scope == (
        "openid",
        "profile",
    )
    assert "phone" in refusal(scope="openid phone")[1]
    assert "client_credentials" in refusal(grant_types=["authorization_code", "client_credentials"])[1]
    # Scopes that are governed take more than a token.
    assert refusal(scope="openid national_id")[0] == "invalid_client_metadata"


def test_oidc_registration_without_scope_the_profile_of_the_token_says_which_may_be_asked_for() -> None:
    scope = ("openid", "profile", "email", "address", "phone", "offline_access")
    suite = Registrant(RegistrationPolicy(hosts=POLICY.hosts, scope=scope, security_profile="certification"), "H37")
    assert made(suite).scope == scope
    assert made(suite).security_profile == "certification"


def test_third_party_initiated_login_https_only() -> None:
    code, said = refusal(initiate_login_uri="http://portal.example/login")
    assert (code, "initiate_login_uri" in said) == ("invalid_client_metadata", True)


def test_a_name_in_languages_only_is_the_name(
) -> None:  # fmt: skip
    client = new_client(REGISTRANT, ID, {"redirect_uris": [f"{HOST}/cb"], "client_name#vi": "Cổng"}, {}, NOW)
    assert client.client_name == {"": "Cổng", "vi": "Cổng"}
    assert new_client(REGISTRANT, ID, {"redirect_uris": [f"{HOST}/cb"]}, {}, NOW).client_name == {"": ID}


def test_rfc6749_5_2_a_description_has_no_letter_of_the_request_that_it_may_not_have() -> None:
    _, said = refusal(**{'client_name#é"\\\n<script>': "x"})
    assert all(" " <= one <= "~" and one not in '"\\' for one in said)
    assert len(refusal(redirect_uris=[f"{HOST}/{n}#x" for n in range(50)])[1]) < 1000


def test_rfc7591_2_3_what_a_software_statement_asserts_wins() -> None:
    signed = {"redirect_uris": [f"{HOST}/signed"], "client_name": "Signed", "an_unknown_claim": 1}
    client = new_client(REGISTRANT, ID, DOCUMENT, signed, NOW)
    assert (client.redirect_uris, client.name("vi")) == ((f"{HOST}/signed",), "Signed")
    with pytest.raises(RegistrationError):
        new_client(REGISTRANT, ID, DOCUMENT, {"stage": "production"}, NOW)
    with pytest.raises(RegistrationError):
        new_client(REGISTRANT, ID, DOCUMENT, {"redirect_uris": ["https://elsewhere.example/cb"]}, NOW)


def test_rfc7592_2_2_an_update_is_whole_and_keeps_what_the_agency_decided() -> None:
    known = replace(
        made(logo_uri=None, policy_uri=f"{HOST}/policy", contacts=["a@portal.example"]),
        service_class="payment",
        resource="https://portal.example/api",
        version=3,
        created_at=NOW - timedelta(days=1),
    )
    changed = changed_client(REGISTRANT, known, {**DOCUMENT, "client_id": ID, "client_name": "New"}, {}, NOW)
    assert (changed.name("vi"), changed.policy_uri, changed.contacts) == ("New", None, ())
    assert (changed.service_class, changed.resource, changed.version, changed.created_at) == (
        "payment",
        known.resource,
        3,
        known.created_at,
    )


def test_rfc7592_2_2_an_update_names_its_own_client() -> None:
    with pytest.raises(RegistrationError):
        changed_client(REGISTRANT, made(), {**DOCUMENT, "client_id": "another"}, {}, NOW)


def test_what_an_answer_says_may_be_sent_back_and_changes_nothing() -> None:
    keys = public_jwks(CLIENT_KEY)
    client = made(
        jwks=keys,
        token_endpoint_auth_method="private_key_jwt",
        grant_types=["authorization_code", "refresh_token"],
        default_max_age=60,
        scope="openid profile",
    )
    answer = information(Registered(client=client, address="https://idp.example/x", token="t"), 200)
    assert answer.body is not None
    made_here = {"registration_client_uri", "registration_access_token", "client_id_issued_at"}
    sent = {name: value for name, value in answer.body.items() if name not in made_here}
    assert changed_client(REGISTRANT, client, sent, {}, NOW) == client


def test_rfc7591_3_2_1_an_answer_says_when_a_secret_ends_and_nothing_that_the_agency_decides() -> None:
    shown = Registered(
        client=made(), address="https://idp.example/x", token="t", secret="the-secret", statement="a.b.c"
    )
    body = information(shown, 201).body
    assert body is not None
    assert (body["client_secret"], body["client_secret_expires_at"], body["software_statement"]) == (
        "the-secret",
        0,
        "a.b.c",
    )
    assert body["client_id_issued_at"] == int(NOW.timestamp())
    assert not body.keys() & (KNOWN - REGISTRABLE - {"client_id", "client_secret"})
    without = information(Registered(client=made(), address="https://idp.example/x", token="t"), 200).body
    assert without is not None
    assert not without.keys() & {"client_secret", "client_secret_expires_at", "software_statement"}
    assert "the-secret" not in repr(shown)
