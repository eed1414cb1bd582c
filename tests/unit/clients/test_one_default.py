"""What signs the ID tokens of a client that names nothing: one default for each way in (decision 79)."""

from clients.client_secret import hash_secret
from clients.file import parse_client_file
from clients.metadata import registered_members
from clients.model import Client, ClientId, ClientSecret, SigningAlgorithm
from clients.plan import plan
from clients.templates import TEMPLATES
from idp.admin.clients.documents import read_change, read_new
from records.structs import replace
from tests.unit.clients.entries import NOW, PEPPER, SECRET, client, entry

FILE = b"""
clients:
- client_id: portal
  client_name: Portal
  redirect_uris: [https://dichvucong.example.gov.vn/callback]
"""


def stored(algorithm: SigningAlgorithm) -> Client:
    secret = ClientSecret(hash_secret(SECRET, PEPPER), NOW)
    return replace(client(client_name="Portal"), id_token_signed_response_alg=algorithm, secrets=(secret,), version=7)


def test_file_api_record_and_reference_have_one_default() -> None:
    (of_file,) = parse_client_file(FILE, NOW)
    of_api = read_new(entry(agency="H37", kind="web_portal"), NOW)
    _, of_reference = registered_members(NOW)
    of_record = Client(client_id=ClientId("portal"), client_name={}, created_at=NOW, updated_at=NOW)
    found = [one.id_token_signed_response_alg for one in (of_file.client, of_api, of_reference, of_record)]
    assert found == ["ES256"] * 4


def test_every_template_says_what_the_default_is() -> None:
    said = {kind: template.members["id_token_signed_response_alg"] for kind, template in TEMPLATES.items()}
    assert said == dict.fromkeys(TEMPLATES, "ES256")


def test_oidc_registration_2_the_certification_profile_signs_with_rs256() -> None:
    assert client(security_profile="certification").id_token_signed_response_alg == "RS256"
    said = client(security_profile="certification", id_token_signed_response_alg="ES256")
    assert said.id_token_signed_response_alg == "ES256"


def test_a_stored_client_keeps_its_algorithm_when_a_file_says_nothing_of_it() -> None:
    assert plan([stored("RS256")], parse_client_file(FILE, NOW), PEPPER, NOW).changed == ()
    said = FILE + b"  id_token_signed_response_alg: ES256\n"
    changed = plan([stored("RS256")], parse_client_file(said, NOW), PEPPER, NOW).changed
    assert [one.field for one in changed[0].differences if one.field.startswith("id_token")] == [
        "id_token_signed_response_alg"
    ]


def test_a_stored_client_keeps_its_algorithm_when_an_administrator_says_nothing_of_it() -> None:
    known = replace(stored("RS256"), stage="sandbox")
    document = entry(stage="sandbox")
    assert read_change(known, document, NOW).id_token_signed_response_alg == "RS256"
    said = {**document, "id_token_signed_response_alg": "ES256"}
    assert read_change(known, said, NOW).id_token_signed_response_alg == "ES256"
