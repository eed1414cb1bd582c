"""The guided form of a client asks whose officers it takes, of one that takes officers, and of no other."""

from clients.document import Document
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
