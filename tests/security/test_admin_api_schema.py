"""schemathesis at the running API, from the document that it publishes: with a token of each kind, always the same."""

from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from idp.accounts.roles import NATIONAL, Role
from idp.web.admin_api.operation import Operation
from idp.web.admin_api.table import OPERATIONS
from tests.flows.administrators import API, CONSOLE, WRITE, administrator
from tests.flows.officers import AGENCY
from tests.flows.town import Town
from tests.support.plain_browser import Browser
from tests.support.relying_party import sign_in

load_all_checks()
# What a valid request may meet is more than the document can say (a cursor that is none of ours), and whose objects
# are seen is the matter of the matrix.
CHECKED: list[Any] = [CHECKS.get_one(name) for name in (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method",
)]  # fmt: skip
BOUNDED = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
# Beside the usual: a change that names no version of ours (412) is refused for that before anything else is looked at.
REFUSALS = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
KINDS = ("none", "citizen", "officer", "agency", "national")


@pytest.fixture(scope="module")
def tokens(embedded: Town) -> Mapping[str, Mapping[str, str]]:
    """Return the headers of a program with a token of each kind."""

    def of(role: Role | None, agency: str) -> dict[str, str]:
        with Browser(embedded.provider.base()) as browser:
            return {"Authorization": f"Bearer {administrator(embedded, browser, role, agency).token}"}

    with Browser(embedded.provider.base()) as browser:
        citizen = sign_in(browser, embedded.party(CONSOLE), embedded.citizen(), scope=WRITE)
    return {
        "none": {},
        "citizen": {"Authorization": f"Bearer {citizen.access_token}"},
        "officer": of(None, AGENCY),
        "agency": of(Role.AGENCY_ADMINISTRATOR, AGENCY),
        "national": of(Role.NATIONAL_OPERATOR, NATIONAL),
    }


@pytest.fixture(scope="module")
def document(embedded: Town) -> schemathesis.BaseSchema:
    """Return the document that the running API publishes."""
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
    return schemathesis.openapi.from_url(f"{embedded.provider.base()}{API}/openapi.json", config=config)


# Nothing but a path can be wrong of an operation without parameters and body.
ASKED = [
    (one, mode)
    for one in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or one.takes_body or one.query.__struct_fields__
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("one", "mode"), ASKED, ids=[f"{one.name}-{mode.value}" for one, mode in ASKED])
def test_the_api_keeps_its_document(
    embedded: Town,
    document: schemathesis.BaseSchema,
    tokens: Mapping[str, Mapping[str, str]],
    one: Operation,
    mode: GenerationMode,
    kind: str,
) -> None:
    described = document[one.full_path][one.method]

    @BOUNDED
    @given(case=described.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=embedded.provider.base(), headers=dict(tokens[kind]), checks=CHECKED)

    ask()
