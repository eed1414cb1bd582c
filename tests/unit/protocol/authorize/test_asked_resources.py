"""The APIs that an authorization request names (RFC 8707 2.1), and what the person is asked about them."""

from urllib.parse import urlencode

import pytest

from clients.model import Client
from idp.protocol.agreed_apis import agreed_resources, resources_among
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import known_parameters, read_request
from idp.protocol.authorize.endpoint import SendCode, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, Step, needs_consent, next_need
from idp.protocol.authorize.pushed import PushedSnapshot, decide_pushed
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.extensions.acting_choice import scopes_among
from idp.protocol.forms import Form, parse_form
from idp.protocol.resources import resources_given, sent_again, with_resources
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.protocol import BANK, ISSUER, NOW, ORIGIN, PROVIDER, VIEW, authorize, facts_of
from tests.support.builders.services import ARCHIVE, ARCHIVE_API, DOSSIERS, PORTAL, RECORDS, RECORDS_API, known

GIVEN = replace(PORTAL, api_access={"records": "records.read", "archive": "archive.read"})
REGISTRY = known(GIVEN, RECORDS_API, ARCHIVE_API)
LENDER = replace(BANK, api_access={"records": "records.read"})


def naming(*resources: str, client: Client = GIVEN, **more: str) -> Form:
    """Return a request that names resources as a client sends them."""
    pairs = [*authorize(more, client=client).data.items(), *(("resource", one) for one in resources)]
    return with_resources(parse_form(urlencode(pairs).encode()))


def read(form: Form, client: Client = GIVEN) -> AuthorizationRequest:
    given = resources_given(client, form, REGISTRY)
    return read_request(PROVIDER, SubmittedRequest(client, form, given=given), NOW)


def refused(form: Form, client: Client = GIVEN) -> tuple[str, str]:
    with pytest.raises(RedirectError) as caught:
        read(form, client)
    return caught.value.code, caught.value.description


def test_rfc8707_2_1_a_client_names_what_it_registered_and_what_it_was_given() -> None:
    assert read(naming(DOSSIERS)).resources == (DOSSIERS,)
    assert read(naming(RECORDS, ARCHIVE, ISSUER, RECORDS)).resources == (RECORDS, ARCHIVE, ISSUER)
    assert read(naming()).resources == ()
    assert read(naming("")).resources == ()


@pytest.mark.parametrize(
    "resource",
    [
        *("https://unknown.example/api", RECORDS + "/", RECORDS.upper(), ISSUER + "/", "portal", "records"),
        *("/api", "//records.example/api", "records.example/api", f"{RECORDS}#part", f"{RECORDS}#", "https://", ":"),
        *(f"{RECORDS} {ARCHIVE}", f"{RECORDS}\t", " ", f" {RECORDS}", "é", f"{RECORDS}?a=1"),
    ],
)
def test_rfc8707_2_any_other_resource_is_an_invalid_target(resource: str) -> None:
    assert refused(naming(resource))[0] == "invalid_target"
    assert refused(naming(RECORDS, resource))[0] == "invalid_target"


def test_rfc8707_2_a_fragment_and_a_relative_reference_are_named_in_the_refusal() -> None:
    for resource in (f"{RECORDS}#part", "/api"):
        assert refused(naming(resource)) == (
            "invalid_target",
            "'resource' is an absolute URI without a fragment.",
        )


@pytest.mark.parametrize(
    "client",
    [
        replace(GIVEN, api_access={}),
        replace(GIVEN, stage="sandbox"),
        # It may carry persons' tokens on, which it is shown; it may not have them itself.
        replace(GIVEN, api_access={}, exchange_apis=("records",)),
    ],
)
def test_an_api_that_the_client_was_not_given_is_an_invalid_target(client: Client) -> None:
    assert refused(naming(RECORDS, client=client), client)[0] == "invalid_target"


@pytest.mark.parametrize(
    "api",
    [
        replace(RECORDS_API, disabled_at=NOW),
        replace(RECORDS_API, stage="sandbox"),
        replace(RECORDS_API, resource_agency="G09"),
    ],
)
def test_an_api_that_does_not_stand_is_an_invalid_target(api: Client) -> None:
    form = naming(RECORDS)
    given = resources_given(GIVEN, form, known(GIVEN, api))
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(GIVEN, form, given=given), NOW)
    assert caught.value.code == "invalid_target"


def test_nothing_is_looked_up_for_a_request_that_names_no_resource() -> None:
    assert resources_given(GIVEN, authorize(client=GIVEN), REGISTRY) == ()
    assert set(resources_given(GIVEN, naming(DOSSIERS), REGISTRY)) == {RECORDS, ARCHIVE}


def test_rfc6749_3_1_resource_alone_may_be_repeated() -> None:
    for name in ("scope", "state", "nonce", "claims", "audience", "Resource"):
        pairs = [*naming(RECORDS).data.items(), (name, "a"), (name, "b")]
        form = with_resources(parse_form(urlencode(pairs).encode()))
        assert refused(form)[0] == "invalid_request"


def test_a_form_that_lost_what_was_repeated_stays_refused() -> None:
    lost = with_resources(Form({**authorize(client=GIVEN).data, "resource": RECORDS}, frozenset({"resource"})))
    assert refused(lost)[0] == "invalid_request"


def test_a_request_that_begins_anew_names_the_same_resources() -> None:
    kept = known_parameters(naming(RECORDS, ARCHIVE))
    again = with_resources(parse_form(urlencode(tuple(sent_again(kept))).encode()))
    assert read(again) == read(naming(RECORDS, ARCHIVE))
    posted = parse_form(b"resource=a&state=s&resource=b")
    assert [value for name, value in posted.pairs() if name == "resource"] == ["a", "b"]


def test_oauth_multiple_response_types_tokens_in_front_name_no_resource() -> None:
    suite = replace(
        GIVEN,
        security_profile="certification",
        grant_types=("authorization_code", "implicit"),
        response_types=("code", "code id_token", "code token"),
        resource=None,
    )
    assert refused(naming(RECORDS, client=suite, response_type="code token"), suite)[0] == "invalid_target"
    assert read(naming(RECORDS, client=suite, response_type="code id_token"), suite).resources == (RECORDS,)


def test_at_a_counter_no_api_of_others_is_named() -> None:
    desk = replace(GIVEN, account_kinds=("officer",), assisted_filing=True)
    assert refused(naming(RECORDS, client=desk, assisted="1"), desk)[0] == "invalid_target"
    assert read(naming(DOSSIERS, client=desk, assisted="1"), desk).resources == (DOSSIERS,)


def test_rfc9126_2_1_a_pushed_request_names_resources_by_the_same_rules() -> None:
    raw = [*authorize(client=GIVEN).data.items(), ("resource", RECORDS), ("resource", ARCHIVE)]
    snapshot = PushedSnapshot(parse_form(urlencode(raw).encode()), facts_of(GIVEN), ORIGIN, NOW, clients=REGISTRY)
    decided = decide_pushed(PROVIDER, snapshot)
    assert decided.decision.answer.status == 201
    assert decided.kept is not None
    assert read(Form(decided.kept.parameters, frozenset())).resources == (RECORDS, ARCHIVE)
    unknown = replace(snapshot, clients=known(GIVEN))
    assert decide_pushed(PROVIDER, unknown).decision.answer.error == "invalid_target"
    twice = replace(snapshot, form=parse_form(urlencode([*raw, ("scope", "openid")]).encode()))
    assert decide_pushed(PROVIDER, twice).decision.answer.error == "invalid_request"


def asked(client: Client, *resources: str, view: SessionView = VIEW, **more: str) -> Situation:
    return Situation(PROVIDER, read(naming(*resources, client=client, **more), client), view, NOW, None, NOW)


def step_of(case: Situation) -> Step | None:
    need = next_need(case)
    return need.step if need else None


def test_the_code_remembers_what_was_agreed_to() -> None:
    decided = decide_authorization(asked(GIVEN, RECORDS, ARCHIVE), ORIGIN)
    assert isinstance(decided, SendCode)
    assert decided.code.resources == (RECORDS, ARCHIVE)


def test_a_consent_to_the_scopes_is_none_to_an_api_of_others() -> None:
    agreed = replace(VIEW, consented_scope=frozenset({"openid", "profile"}))
    assert step_of(asked(LENDER, view=agreed)) is None
    assert step_of(asked(LENDER, ISSUER, view=agreed)) is None
    assert step_of(asked(LENDER, RECORDS, view=agreed)) is Step.CONSENT
    words = agreed_resources(ISSUER, LENDER, (RECORDS, ISSUER))
    both = replace(VIEW, consented_scope=frozenset({"openid", "profile", *words}))
    assert step_of(asked(LENDER, RECORDS, view=both)) is None
    assert tuple(resources_among(words)) == (RECORDS,)
    assert scopes_among(("openid", *words)) == ("openid",)


def test_a_pseudonym_for_an_api_of_others_is_asked_about_where_the_portal_asks_consent() -> None:
    asking = replace(GIVEN, require_consent=True)
    assert not needs_consent(read(naming(DOSSIERS, client=asking, scope="openid"), asking))
    assert needs_consent(read(naming(RECORDS, client=asking, scope="openid"), asking))
