"""schemathesis at the API, from the document that it publishes: with a token of each kind, always the same.

Every operation at the bare edge; at a running server a few, and all of them in the full form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.errors import FailureGroup

from idp.officers.roles import NATIONAL, Role
from idp.web.admin_api.operation import Operation
from idp.web.admin_api.table import OPERATIONS
from tests.flows.administrators import API, administrator
from tests.flows.officer_people import AGENCY
from tests.flows.running_provider import RunningProvider
from tests.security.admin_cast.admin_api_cast import citizens_token
from tests.security.edge_provider import Attacked, at_server
from tests.security.edge_session import edge_session
from tests.support.every import every_case
from tests.support.extent import FULL, rounds

load_all_checks()
# What a valid request may meet is more than the document can say (a cursor that is none of ours), and whose objects
# are seen is the matter of the matrix.
CHECKED: list[Any] = [CHECKS.get_one(name) for name in (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method",
)]  # fmt: skip
BOUNDED = settings(
    # Making them is what costs: the short form tries the first half of the same ones.
    max_examples=rounds(6, 12),
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
# Beside the usual: a change that names no version of ours (412) is refused for that before anything else is looked at.
REFUSALS = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
KINDS = ("none", "citizen", "officer", "agency", "national")
AT_A_SERVER = frozenset({"search_events", "register_client", "change_client", "find_person"})


@dataclass(frozen=True, slots=True)
class Asked:
    """An API, the document it publishes, and the headers of a program with a token of each kind."""

    base: str
    session: requests.Session | None
    document: schemathesis.BaseSchema
    tokens: Mapping[str, Mapping[str, str]]


def asked_at(attacked: Attacked) -> Asked:
    base, session = attacked.running.provider.base(), edge_session(attacked.edge) if attacked.edge else None
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
    published = attacked.running.http.get(f"{base}{API}/openapi.json").json()
    return Asked(base, session, schemathesis.openapi.from_dict(published, config=config), tokens_at(attacked))


def tokens_at(attacked: Attacked) -> Mapping[str, Mapping[str, str]]:
    def of(role: Role | None, agency: str) -> dict[str, str]:
        with attacked.browser() as browser:
            return {"Authorization": f"Bearer {administrator(attacked.running, browser, role, agency).token}"}

    return {
        "none": {},
        "citizen": {"Authorization": f"Bearer {citizens_token(attacked)}"},
        "officer": of(None, AGENCY),
        "agency": of(Role.AGENCY_ADMINISTRATOR, AGENCY),
        "national": of(Role.NATIONAL_OPERATOR, NATIONAL),
    }


@pytest.fixture(scope="module")
def edge_asked(edge_provider: Attacked) -> Asked:
    return asked_at(edge_provider)


@pytest.fixture(scope="module")
def server_asked(embedded: RunningProvider) -> Asked:
    return asked_at(at_server(embedded))


def modes_of(one: Operation) -> list[GenerationMode]:
    """Return what is made: nothing but a path can be wrong of an operation without parameters and body."""
    variable = one.takes_body or one.query.__struct_fields__
    return list(GenerationMode) if variable else [GenerationMode.POSITIVE]


def check_document(asked: Asked, one: Operation) -> None:
    """Ask for an operation, well and badly, each time with every kind of token."""
    with every_case() as cases:
        for mode in modes_of(one):
            with cases.of(mode.value):
                ask_for(asked, one, mode)


def ask_for(asked: Asked, one: Operation, mode: GenerationMode) -> None:
    described = asked.document[one.full_path][one.method]

    @BOUNDED
    @given(case=described.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        # The examples of a function are always the same: made for each kind of token, they would only cost more.
        with every_case() as cases:
            for kind in KINDS:
                with cases.of(kind):
                    check_answer(asked, case, asked.tokens[kind])

    ask()


def check_answer(asked: Asked, case: schemathesis.Case[Any], headers: Mapping[str, str]) -> None:
    try:
        case.call_and_validate(asked.base, asked.session, dict(headers), CHECKED)
    except FailureGroup as failures:
        raise AssertionError(str(failures)) from failures


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_the_api_keeps_its_document(edge_asked: Asked, one: Operation) -> None:
    check_document(edge_asked, one)


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if FULL or one.name in AT_A_SERVER], ids=lambda one: one.name
)
def test_the_api_of_a_running_server_keeps_its_document(server_asked: Asked, one: Operation) -> None:
    check_document(server_asked, one)
