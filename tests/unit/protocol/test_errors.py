"""One value for each error of the protocol: nobody else types its code."""

import ast

import pytest

from idp.protocol.decider import printable
from idp.protocol.errors import BY_CODE, INVALID_GRANT, ProtocolError
from tests.architecture.source_tree import Module, modules

HOME = "idp.protocol.errors"


def typed_codes(module: Module) -> list[str]:
    return [
        f"{module.shown}:{node.lineno}: {node.value!r}"
        for node in module.nodes
        if isinstance(node, ast.Constant) and node.value in BY_CODE
    ]


def test_no_code_is_typed_where_the_protocol_is_decided_or_carried_out() -> None:
    inside = [m for m in modules("idp") if (m.under("idp.protocol") or m.under("idp.oauth")) and m.name != HOME]
    assert [found for module in inside for found in typed_codes(module)] == []


@pytest.mark.parametrize("error", BY_CODE.values(), ids=BY_CODE)
def test_rfc6749_5_2_an_error_says_in_printable_letters_what_is_wrong(error: ProtocolError) -> None:
    assert error.description == printable(error.description)
    assert error.description.endswith(".")
    assert error.status in {400, 401, 403}


def test_an_error_with_a_text_of_its_own_is_the_same_error() -> None:
    reported = INVALID_GRANT.because("The code has expired.")
    assert (reported.code, reported.status) == (INVALID_GRANT.code, INVALID_GRANT.status)
    assert reported.answer().body == {"error": "invalid_grant", "error_description": "The code has expired."}


def test_every_error_is_used() -> None:
    used = {node.id for m in modules("idp") if m.name != HOME for node in m.nodes if isinstance(node, ast.Name)}
    raised_by_the_engine = {"UNSUPPORTED_GRANT_TYPE", "UNSUPPORTED_TOKEN_TYPE", "UNSUPPORTED_RESPONSE_TYPE"}
    assert {code.upper() for code in BY_CODE} - used - raised_by_the_engine == set()
