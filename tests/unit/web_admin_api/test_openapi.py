"""The document is valid, complete, and says what is routed."""

import json

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from idp.web.admin_api.answers import ProblemAnswers
from idp.web.admin_api.openapi import codes_of, openapi_document
from idp.web.admin_api.operation import Operation
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


@every_table
def test_it_names_each_operation_with_its_scope_parameters_and_refusals(table: tuple[Operation, ...]) -> None:
    paths = json.loads(openapi_document(ISSUER, table))["paths"]
    told = {(path, method) for path, methods in paths.items() for method in methods}
    assert told == {(one.full_path, one.method.lower()) for one in table}
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


def test_unknown_fields_are_refused_by_every_type_that_is_read() -> None:
    """Mass assignment ends here."""
    read = {kind for one in OPERATIONS for kind in (one.query, one.body)}
    assert [kind.__name__ for kind in read if not kind.__struct_config__.forbid_unknown_fields] == []
    assert [kind.__name__ for kind in read if not kind.__struct_config__.frozen] == []


def test_every_problem_has_a_status_and_stands_in_the_catalogue() -> None:
    told = json.loads(ProblemAnswers(ISSUER).catalogue())
    assert set(told) == set(Code) == set(STATUS)
    assert all({"status", "vi", "en"} == set(entry) for entry in told.values())
