"""The guided form of a client asks whose officers it takes, of one that takes officers, and of no other."""

from clients.document import Document
from clients.model import JWT_BEARER, TOKEN_EXCHANGE
from idp.protocol.forms import Form
from idp.web.admin.clients.forms import fields_of, members_of, with_form

DESK: Document = {"account_kinds": ["citizen", "officer"], "officer_agencies": ["H26"]}
PORTAL: Document = {"account_kinds": ["citizen"]}


def test_it_asks_for_the_agencies_where_officers_are_taken() -> None:
    assert "officer_agencies" in members_of(DESK, new=False)
    assert "officer_agencies" in members_of(DESK, new=True)
    assert "officer_agencies" not in members_of(PORTAL, new=False)
    assert "officer_agencies" not in members_of({}, new=True)


def test_each_line_is_an_agency_and_an_empty_field_names_none() -> None:
    (field,) = (one for one in fields_of(DESK, members_of(DESK, new=False)) if one.member == "officer_agencies")
    assert (field.value, field.lines) == ("H26", True)
    typed = with_form(DESK, Form({"officer_agencies": "H26\n G15 \n"}, frozenset()), members_of(DESK, new=False))
    assert typed["officer_agencies"] == ["H26", "G15"]
    assert "officer_agencies" not in with_form(DESK, Form({}, frozenset()), members_of(DESK, new=False))


API: Document = {"resource": "https://records.example/api", "grant_types": ["client_credentials", TOKEN_EXCHANGE]}
OF_SERVICES = {"service_scopes", "api_access", "exchange_apis"}


def test_what_services_may_is_asked_where_it_applies() -> None:
    assert set(members_of(API, new=False)) >= OF_SERVICES
    assert OF_SERVICES.isdisjoint(members_of(PORTAL, new=False))
    assert OF_SERVICES & set(members_of({"grant_types": [JWT_BEARER]}, new=False)) == {"api_access"}


def test_a_member_that_stands_is_asked_for_though_it_does_not_apply() -> None:
    """Else nobody could take it out."""
    assert "exchange_apis" in members_of({"exchange_apis": ["records"]}, new=False)


def test_access_is_typed_an_api_a_line_and_scopes_a_line_each() -> None:
    typed = {
        "api_access": "records:  records.read   records.write \n archive: https://archive.example/read\n",
        "service_scopes": "dossiers.read\nhttps://dossiers.example/write\n",
        "exchange_apis": "records\n",
    }
    members = members_of(API, new=False)
    document = with_form(API, Form(typed, frozenset()), members)
    assert document["api_access"] == {
        "records": "records.read records.write",
        "archive": "https://archive.example/read",
    }
    assert document["service_scopes"] == ["dossiers.read", "https://dossiers.example/write"]
    assert document["exchange_apis"] == ["records"]
    shown = {field.member: field.value for field in fields_of(document, members)}
    assert shown["api_access"] == "records: records.read records.write\narchive: https://archive.example/read"
    assert OF_SERVICES.isdisjoint(with_form(document, Form({}, frozenset()), members))
