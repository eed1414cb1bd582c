"""The guided form of a client: what it asks of whom, and that it writes what the document beside it writes."""

from datetime import UTC, datetime

import pytest

from clients.document import Document, document_of
from clients.errors import Problem
from clients.metadata import parse_entry, registered_members
from clients.model import CIBA, JWT_BEARER, SECURITY_PROFILES, TOKEN_EXCHANGE, Client
from clients.profiles import PROFILES
from clients.templates import TEMPLATES
from idp.protocol.forms import MAX_FIELDS, Form
from idp.web.admin.clients.forms import boxes_of, fields_of, members_of, sections_of, with_form
from idp.web.admin.clients.guided import BY_MEMBER, GUIDED, MEMBERS, NOT_ON_THE_FORM
from records.structs import replace
from tests.support.builders.protocol import CLIENT, CLIENT_KEY, NOW, public_jwks
from tests.support.every import every_case

DESK: Document = {"account_kinds": ["citizen", "officer"], "officer_agencies": ["H26"]}
PORTAL: Document = {"account_kinds": ["citizen"]}
# What every template leaves to say.
ADDED: Document = {
    "client_id": "x",
    "client_name": "X",
    "redirect_uris": ["https://portal.example/cb"],
    "jwks": public_jwks(CLIENT_KEY),
}


def form(**typed: str) -> Form:
    return Form(typed, frozenset())


def sent(document: Document, *, new: bool = False) -> Form:
    """Return the form as a browser sends the page of a document that nobody touched."""
    members = members_of(document, new=new)
    typed = dict([boxes_of(members)])
    for field in fields_of(document, members):
        match field.kind:
            case "flag":
                typed |= {field.member: "yes"} if field.chosen else {}
            case "choices":
                typed |= {f"{field.member}:{option.value}": "yes" for option in field.options if option.chosen}
            case "choice":
                typed[field.member] = next((option.value for option in field.options if option.chosen), "")
            case _:
                typed[field.member] = field.value
    return Form(typed, frozenset())


def client_of(document: Document) -> Client:
    return parse_entry(document, NOW).client


def test_every_registered_member_is_on_the_form_or_in_the_short_list_with_a_reason() -> None:
    known, _ = registered_members(datetime(2026, 12, 4, tzinfo=UTC))
    assert {*known, "client_secret"} == (set(MEMBERS) | set(NOT_ON_THE_FORM)) - {"client_name#en"}
    assert set(MEMBERS).isdisjoint(NOT_ON_THE_FORM)
    assert len(set(MEMBERS)) == len(MEMBERS)
    assert all(len(reason) > 20 for reason in NOT_ON_THE_FORM.values())
    assert len(NOT_ON_THE_FORM) < 6


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    with every_case() as cases:
        for kind, template in TEMPLATES.items():
            document: Document = {**template.members, **ADDED}
            if document["token_endpoint_auth_method"] != "private_key_jwt":
                document.pop("jwks")
            with cases.of(kind):
                assert client_of(with_form(document, sent(document, new=True), new=True)) == client_of(document)
        stored = document_of(replace(CLIENT, client_name={"": "Cổng", "en": "A portal"}))
        with cases.of("stored"):
            assert client_of(with_form(stored, sent(stored), new=False)) == client_of(stored)


def test_whatever_the_document_says_of_a_member_the_form_can_say() -> None:
    """One value of each member, typed on the form, is read as the document's JSON value is."""
    values: Document = {
        "text": "https://portal.example/x",
        "lines": ["a.example", "b.example"],
        "pairs": {"profile": "NĐ 224/2026/NĐ-CP"},
        "words": "openid profile",
        "flag": True,
        "number": 300,
        "day": "2027-01-31",
    }
    with every_case() as cases:
        for one in GUIDED:
            value = {"choice": one.options[-1:] and one.options[-1], "choices": list(one.options)}.get(
                one.kind, values.get(one.kind)
            )
            with cases.of(one.member):
                document: Document = {one.member: value}
                written = with_form({}, sent(document, new=True), new=True)
                assert written[one.member] == value


@pytest.mark.parametrize("profile", SECURITY_PROFILES)
def test_only_what_the_security_profile_allows_is_offered(profile: str) -> None:
    row = PROFILES[next(name for name in SECURITY_PROFILES if name == profile)]
    document: Document = {"security_profile": profile, "sector": "state", "grant_types": ["authorization_code"]}
    members = members_of(document, new=False)
    offered = {field.member: [one.value for one in field.options] for field in fields_of(document, members)}
    assert offered["token_endpoint_auth_method"] == list(row.authentication_methods)
    assert offered["response_types"] == list(row.response_types)
    for member in ("id_token_signed_response_alg", "userinfo_signed_response_alg", "request_object_signing_alg"):
        assert row.refused_algorithms.isdisjoint(offered[member])
    assert ("implicit" in offered["grant_types"]) == (profile == "certification")
    assert ("interoperable_until" in members, "interoperable_reason" in members) == (row.nonce_for_pkce,) * 2
    assert ("error_iss_omitted_until" in members) == row.error_iss_omittable
    assert ("legacy_dialect_until" in members) == row.legacy_addresses
    assert ("require_pushed_authorization_requests" in members) != row.pushed_requests_only
    assert ("certification" in offered["security_profile"]) == (profile == "certification")


def test_what_stands_is_shown_though_the_profile_does_not_allow_it() -> None:
    """Else nobody could take it out."""
    document: Document = {
        "security_profile": "fapi2",
        "token_endpoint_auth_method": "client_secret_basic",
        "error_iss_omitted_until": "2027-01-31",
        "exchange_apis": ["records"],
    }
    fields = {field.member: field for field in fields_of(document, members_of(document, new=False))}
    (chosen,) = [one.value for one in fields["token_endpoint_auth_method"].options if one.chosen]
    assert chosen == "client_secret_basic"
    assert {"error_iss_omitted_until", "exchange_apis"} <= fields.keys()


def test_members_appear_with_what_they_belong_to() -> None:
    belong: list[tuple[Document, set[str]]] = [
        ({"token_endpoint_auth_method": "tls_client_auth"}, {f"tls_client_auth_san_{one}" for one in ("dns", "ip")}),
        ({"grant_types": [CIBA]}, {"backchannel_token_delivery_mode"}),
        ({"backchannel_token_delivery_mode": "ping"}, {"backchannel_client_notification_endpoint"}),
        ({"resource": "https://records.example/api"}, {"service_scopes", "access_token_type_jwt_until"}),
        ({"grant_types": [JWT_BEARER]}, {"api_access"}),
        ({"grant_types": [TOKEN_EXCHANGE]}, {"exchange_apis"}),
        ({"account_kinds": ["officer"], "sector": "state"}, {"officer_agencies", "officer_roles", "assisted_filing"}),
        ({"acting": "optional"}, {"acting_powers"}),
        ({"id_token_encrypted_response_alg": "ECDH-ES"}, {"id_token_encrypted_response_enc"}),
    ]
    with every_case() as cases:
        for document, members in belong:
            with cases.of(str(document)):
                assert members <= set(members_of(document, new=False))
                assert members.isdisjoint(members_of(PORTAL, new=False))


def test_what_the_form_was_not_sent_with_stays_and_what_is_empty_goes() -> None:
    kept = with_form(DESK, form(), new=False)
    assert kept == DESK
    assert "officer_agencies" not in with_form(DESK, form(officer_agencies=" \n"), new=False)
    assert with_form(DESK, form(officer_agencies="H26\n G15 \n"), new=False)["officer_agencies"] == ["H26", "G15"]
    # A box is read where the page showed it, and there alone.
    assert with_form({"require_consent": True}, form(), new=False)["require_consent"] is True
    assert with_form({"require_consent": True}, form(boxes="require_consent"), new=False)["require_consent"] is False


def test_what_a_client_keeps_for_good_is_not_read_later() -> None:
    typed = form(client_id="another", agency="G15", client_name="Cổng")
    assert with_form({"client_id": "one"}, typed, new=False) == {"client_id": "one", "client_name": "Cổng"}


def test_what_is_no_choice_and_no_number_reaches_the_rules_of_the_registry() -> None:
    typed = form(default_max_age="soon", sector="moon", client_id="x", client_name="X")
    document = with_form({}, typed, new=True)
    assert (document["default_max_age"], document["sector"]) == ("soon", "moon")


def test_access_is_typed_an_api_a_line_and_scopes_a_line_each() -> None:
    typed = {
        "api_access": "records:  records.read   records.write \n archive: https://archive.example/read\n",
        "service_scopes": "dossiers.read\nhttps://dossiers.example/write\n",
    }
    document = with_form({}, Form(typed, frozenset()), new=False)
    assert document["api_access"] == {
        "records": "records.read records.write",
        "archive": "https://archive.example/read",
    }
    assert document["service_scopes"] == ["dossiers.read", "https://dossiers.example/write"]
    shown = {field.member: field.value for field in fields_of(document, ("api_access",))}
    assert shown["api_access"] == "records: records.read records.write\narchive: https://archive.example/read"


def test_no_form_has_more_fields_than_a_request_may() -> None:
    """Every member asked, every box ticked, and what protects the form, its version, its reason and its button."""
    everything: Document = {
        one.member: list(one.options) if one.kind == "choices" else True if one.kind == "flag" else "x"
        for one in GUIDED
    }
    assert len(sent(everything, new=True).data) + 7 < MAX_FIELDS


def test_a_part_with_a_fault_stands_open() -> None:
    fields = fields_of({}, MEMBERS, [Problem("grant_types[1]", "choice", "wrong", "choose another")])
    assert [one.name for one in sections_of(fields) if one.open] == ["requests"]
    assert BY_MEMBER["grant_types"].section == "requests"
