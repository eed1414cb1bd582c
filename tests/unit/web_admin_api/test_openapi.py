"""The document is valid, complete, and says what is routed."""

import json
import re

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from idp.web.admin_api.answers import ProblemAnswers
from idp.web.admin_api.openapi import codes_of, openapi_document
from idp.web.admin_api.operation import Operation
from idp.web.admin_api.operations.proposals import PROPOSALS
from idp.web.admin_api.problems import STATUS, Code
from idp.web.admin_api.table import OPERATIONS
from tests.support.builders.protocol import ISSUER
from tests.support.rigs.api import Things

TABLES = {"product": OPERATIONS, "tests": Things().operations()}
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@every_table
def test_it_keeps_the_rules_of_openapi_3_1(table: tuple[Operation, ...]) -> None:
    document = json.loads(openapi_document(ISSUER, table))
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []


@every_table
def test_every_reference_leads_somewhere(table: tuple[Operation, ...]) -> None:
    text = openapi_document(ISSUER, table).decode()
    document = json.loads(text)
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= document["components"]["schemas"].keys()


# What somebody did or wants is not what a thing is.
NO_NOUNS = re.compile(
    r"(Told|Made|Done|Wanted|Wish|Seen|Row|Doing|Begun|Waits|Because|Looked\w*|Edited?|One[A-Z]\w+|Me)$"
)


@every_table
def test_schemas_are_named_by_nouns_and_each_name_is_one_schema(table: tuple[Operation, ...]) -> None:
    """msgspec names two types of one name by their modules: a dot says that one name stood for two things."""
    names = json.loads(openapi_document(ISSUER, table))["components"]["schemas"].keys()
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []
    assert [name for name in names if NO_NOUNS.search(name)] == []
    # No two names that differ by their form alone, such as Failure and Failures.
    assert [name for name in names if f"{name}s" in names] == []
    assert len({name.lower() for name in names}) == len(names)


@every_table
def test_it_names_each_operation_with_its_scope_parameters_and_refusals(table: tuple[Operation, ...]) -> None:
    paths = json.loads(openapi_document(ISSUER, table))["paths"]
    reported = {(path, method) for path, methods in paths.items() for method in methods}
    assert reported == {(one.full_path, one.method.lower()) for one in table}
    for one in table:
        described = paths[one.full_path][one.method.lower()]
        assert described["security"] == [{"national_sign_on": [one.scope]}]
        assert {str(STATUS[code]) for code in codes_of(one)} <= described["responses"].keys()
        headers = {name["name"] for name in described["parameters"] if name["in"] == "header"}
        assert ("If-Match" in headers, "Idempotency-Key" in headers) == (one.conditional, one.method == "POST")


def test_operations_have_names_of_their_own_and_reading_never_changes() -> None:
    names = [one.name for one in OPERATIONS]
    assert len(set(names)) == len(names)
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    for one in OPERATIONS:
        assert one.scope == ("admin:read" if one.method == "GET" else "admin:write"), one.name
        # A POST is too, where it decides about what was read.
        assert one.conditional or one.method not in {"PUT", "PATCH", "DELETE"}, one.name
        assert not (one.conditional and one.method == "GET"), one.name


def test_every_proposal_is_made_at_one_address_and_says_where_it_is_read() -> None:
    """Whatever waits for a second person: 202 with a change, and its address (RFC 9110 15.3.3)."""
    (proposing,) = (one for one in OPERATIONS if one.proposals)
    assert (proposing.method, proposing.path, proposing.status) == ("POST", "/changes", 202)
    document = json.loads(openapi_document(ISSUER, OPERATIONS))
    for one in OPERATIONS:
        responses = document["paths"][one.full_path][one.method.lower()]["responses"]
        assert ("202" in responses) == bool(one.proposals), one.name
    described = document["paths"][proposing.full_path]["post"]
    accepted = described["responses"]["202"]
    assert accepted["headers"]["Location"]["required"] is True
    assert accepted["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Change"}
    body = described["requestBody"]["content"]["application/json"]["schema"]
    assert body["discriminator"]["propertyName"] == "kind"
    assert list(body["discriminator"]["mapping"]) == [one.kind for one in proposing.proposals]
    assert [one["$ref"] for one in body["oneOf"]] == list(body["discriminator"]["mapping"].values())


def test_a_kind_of_proposal_names_its_schema() -> None:
    schemas = json.loads(openapi_document(ISSUER, OPERATIONS))["components"]["schemas"]
    for kind in PROPOSALS:
        assert kind.body.__name__ == "".join(word.title() for word in kind.kind.split("_")) + "Proposal"
        reported = schemas[kind.body.__name__]
        assert (reported["properties"]["kind"]["enum"], "kind" in reported["required"]) == ([kind.kind], True)


def test_no_two_words_differ_by_their_form_alone() -> None:
    """`revoke` beside `revocation`: one of the two would be another way to the same thing."""
    ends = {one.path.rsplit("/", 1)[-1] for one in OPERATIONS if one.method == "POST"}
    stems: dict[str, set[str]] = {}
    for word in {end.partition("-")[0].rstrip("s") for end in ends} | {
        kind.kind.partition("_")[0] for kind in PROPOSALS
    }:
        stems.setdefault(word[:5], set()).add(word)
    assert {stem: words for stem, words in stems.items() if len(words) > 1} == {}


def test_what_is_both_proposed_and_done_at_once_has_one_word() -> None:
    """A key is revoked at once in an emergency; a role that approves nothing is given at once."""
    done = {one.name for one in OPERATIONS}
    assert {kind.kind for kind in PROPOSALS} & done == {"revoke_key", "give_role"}


def test_what_is_made_says_where_it_is_read() -> None:
    paths = json.loads(openapi_document(ISSUER, OPERATIONS))["paths"]
    for one in OPERATIONS:
        responses = paths[one.full_path][one.method.lower()]["responses"]
        reported = {status for status, described in responses.items() if "Location" in described.get("headers", {})}
        assert reported == ({str(one.status)} if one.status in {201, 202} else set()), one.name


def test_unknown_fields_are_refused_by_every_type_that_is_read() -> None:
    """Mass assignment ends here."""
    read = {kind for one in OPERATIONS for kind in (one.query, *one.bodies)}
    assert [kind.__name__ for kind in read if not kind.__struct_config__.forbid_unknown_fields] == []
    assert [kind.__name__ for kind in read if not kind.__struct_config__.frozen] == []


def test_every_problem_has_a_status_and_stands_in_the_catalogue() -> None:
    reported = json.loads(ProblemAnswers(ISSUER).catalogue())
    assert set(reported) == set(Code) == set(STATUS)
    assert all({"status", "vi", "en"} == set(entry) for entry in reported.values())
