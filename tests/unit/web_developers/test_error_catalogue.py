"""Every code that the provider can answer with stands in the error catalogue. The codes are found in the code."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import getsource
from itertools import chain

import pytest
from authlib.oauth2.rfc6749 import AuthorizationServer, errors, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from idp.protocol.authorize.interaction import NEEDS
from idp.protocol.errors import BY_CODE
from idp.protocol.legacy.refusals import REFUSALS
from idp.web.admin_api.problems import STATUS, Code
from idp.web.developers.error_catalogue import error_families, errors_page
from idp.web.http.errors import STATUS_CODES
from tests.architecture.source_tree import Module, modules

# Which argument of a refusal is its public code.
PLACE = {"CheckRefusal": 0, "PageError": 0, "WebError": 1, "RedirectError": 1, "challenge": 0, "BadProofError": 1}
PLACE |= {"refusal_of": 0, "RegistrationError": 0}
# What is refused where: the family by the module and the way of refusing.
PROBLEMS = {str(code): STATUS[code] for code in Code}
AUTHORIZE = (
    "idp.protocol.authorize.asked_details",
    "idp.protocol.authorize.asked_resources",
    "idp.protocol.authorize.checks",
    "idp.protocol.authorize.endpoint",
    "idp.protocol.authorize.request_object",
    "idp.oauth.referenced_objects",
    "idp.protocol.extensions.assisted_filing",
    "idp.oauth.authorize",
)
FAMILY = {
    ".logout": "logout",
    ".protocol.decider": "token",
    ".token.endpoint": "token",
    ".token.authorization_code": "token",
    ".token.device_code": "token",
    ".device.authorization": "device",
    ".authorize.device_checks": "device",
    ".device.backchannel": "backchannel",
    ".device.signed_request": "backchannel",
    ".hinted_people": "backchannel",
    ".devices.polls": "token",
    ".token.jwt_bearer": "token",
    ".back_channel": "token",
    ".authorize.pushed": "token",
    ".sender.binding": "userinfo",
    ".sender.proofs": "userinfo",
    ".shown_tokens": "userinfo",
    ".userinfo": "userinfo",
    ".bearer": "userinfo",
    ".introspection": "inspection",
}
# What Authlib raises on its own, by the class that does, and who then answers.
AUTHLIB = (
    (grants.AuthorizationCodeGrant, ("authorize", "token")),
    (grants.RefreshTokenGrant, ("token",)),
    (grants.ClientCredentialsGrant, ("token",)),
    (AuthorizationServer, ("authorize", "token")),
    (RevocationEndpoint, ("inspection",)),
    (IntrospectionEndpoint, ("inspection",)),
)


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def refusals(module: Module) -> Iterator[tuple[str, str]]:
    """Yield how a module refuses, and the code, wherever the error is named or its code written out."""
    for call in (node for node in module.nodes if isinstance(node, ast.Call)):
        way = named(call)
        if way in PLACE and len(call.args) > PLACE[way]:
            yield from ((way, code) for code in codes_in(call.args[PLACE[way]]))
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "answer":
            yield from (("answer", code) for code in codes_in(call.func.value) if code in BY_CODE)


def codes_in(expression: ast.expr) -> Iterator[str]:
    """Yield the codes of the errors that an expression names; a page of ours has codes of its own, written out."""
    described = [node.args for node in ast.walk(expression) if isinstance(node, ast.Call)]
    texts = {id(part) for arguments in described for argument in arguments for part in ast.walk(argument)}
    for part in ast.walk(expression):
        if isinstance(part, ast.Name) and part.id.lower() in BY_CODE:
            yield part.id.lower()
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in texts:
            yield part.value


def written_out() -> Iterator[tuple[str, str, str]]:
    """Yield module, way of refusing, and code of everything outside the administration API, which has its own list."""
    for module in modules("idp"):
        if not module.under("idp.web.admin_api"):
            for way, code in refusals(module):
                yield module.name, way, code


def raised_by(kind: type) -> set[str]:
    """Return the codes that a class of Authlib raises."""
    tree = ast.parse(getsource(kind))
    names = {
        raised.func.id
        for raised in (node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise))
        if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name)
    }
    found = (getattr(errors, name, None) for name in names)
    return {error.error for error in found if error is not None and error.error}


def reported() -> dict[str, set[str]]:
    """Return the codes that the catalogue tells, by family; pages tell theirs in a family of their own."""
    page = errors_page("/", PROBLEMS)
    families = {family.name: {row.key.partition(".")[2] for row in family.rows} for family in page.families}
    return {**families, "pages": set(page.page_codes)}


def family_of(module: str, way: str) -> str:
    if module.startswith("idp.web"):
        return "pages"
    if module in AUTHORIZE:
        return "authorize_page" if way == "PageError" else "authorize"
    if ".dynamic_registration." in module:
        return "registration"
    (family,) = (family for ending, family in FAMILY.items() if module.endswith(ending))
    return family


def test_every_refusal_of_the_code_stands_in_its_family() -> None:
    found = list(written_out())
    assert len(found) > 60
    catalogue = reported()
    assert [one for one in found if one[2] not in catalogue[family_of(one[0], one[1])]] == []


def test_every_error_of_a_step_stands_there() -> None:
    assert {need.error.code for need in NEEDS} <= reported()["authorize"]


@pytest.mark.parametrize(("kind", "families"), AUTHLIB, ids=lambda value: getattr(value, "__name__", ""))
def test_every_error_that_authlib_raises_stands_there(kind: type, families: tuple[str, ...]) -> None:
    catalogue = reported()
    assert raised_by(kind) <= set(chain.from_iterable(catalogue[family] for family in families))


def test_every_error_of_authlib_that_the_protocol_raises_stands_there() -> None:
    everything = set(chain.from_iterable(reported().values()))
    for module in (module for module in modules("idp") if module.under("idp.protocol")):
        names = {node.id for node in module.nodes if isinstance(node, ast.Name)}
        found = {getattr(errors, name).error for name in names if name.endswith("Error") and hasattr(errors, name)}
        assert {code for code in found if code} <= everything, module.name


def test_every_error_of_a_request_that_is_told_on_a_page_has_words_there() -> None:
    catalogue = reported()
    assert catalogue["authorize_page"] <= catalogue["pages"]


def test_what_the_edge_calls_a_status_stands_there() -> None:
    assert set(STATUS_CODES.values()) <= reported()["pages"]
    programs = import_module("idp.web.error_answers")
    assert vars(programs)["_PROGRAM_CODES"] == reported()["programs"]


def test_every_problem_of_the_administration_api_and_every_refusal_of_the_old_addresses_stands_there() -> None:
    page = errors_page("/", PROBLEMS)
    assert dict(page.problems) == PROBLEMS
    servers = reported()["dialect"]
    assert {reason for reason, _ in page.legacy} | servers == set(REFUSALS)


def test_nothing_stands_there_that_no_code_of_ours_can_answer() -> None:
    codes = {code for _, _, code in written_out()} | {need.error.code for need in NEEDS} | set(REFUSALS)
    codes |= set(chain.from_iterable(raised_by(kind) for kind, _ in AUTHLIB)) | {
        *("invalid_client", "invalid_grant", "invalid_target", "temporarily_unavailable", "server_error")
    }
    families = {family.name: family for family in error_families()}
    assert {
        row.key for family in families.values() for row in family.rows if row.key.partition(".")[2] not in codes
    } == set()
