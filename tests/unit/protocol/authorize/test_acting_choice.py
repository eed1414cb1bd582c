"""For whom a request may be, must be and is: asked when it is open, never wider than the mandate."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import ACTING_POWERS, ACTINGS, Client
from idp.account.model import PROFILE_PLACE
from idp.delegation.model import ALL_POWERS, ActingView, MandateKind, Power
from idp.kernel.ids import PersonId
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import AskPerson, SendCode, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, Step, next_need
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.extensions.acting_choice import agreed_as, scopes_among
from idp.protocol.extensions.acting_claims import acting_claims, open_acting
from idp.protocol.tokens.subjects import subject_space
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.acting import (
    CHILD,
    ENTERPRISE,
    FOR_SELF,
    HOUSEHOLD,
    OPTIONAL,
    REQUIRED,
    SIGNING,
    UNDECIDED,
    acting,
    organisation,
    subject_of,
)
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    NOW,
    ORIGIN,
    PERSON,
    PROVIDER,
    VIEW,
    authorize,
    situation,
)

JUST_NOW, LONG_AGO = NOW, NOW - timedelta(hours=1)
OTHER = organisation("Công ty thứ hai", "0100000025", Power.VIEW)


def asked(case: Situation) -> bool:
    need = next_need(case)
    return need is not None and need.step is Step.CHOOSE


def code_of(case: Situation) -> SendCode:
    decided = decide_authorization(case, ORIGIN)
    assert isinstance(decided, SendCode), decided
    return decided


def error_of(case: Situation) -> str:
    with pytest.raises(RedirectError) as caught:
        decide_authorization(case, ORIGIN)
    return caught.value.code


def chosen(mandate: ActingView | None, at: datetime) -> SessionView:
    view = acting(mandate) if mandate else FOR_SELF
    return replace(view, session=replace(view.session, acting_chosen_at=at))


def test_a_client_that_deals_with_the_person_alone_asks_nobody_and_says_nothing() -> None:
    decided = code_of(situation(view=acting(ENTERPRISE)))
    assert (decided.code.mandate_id, decided.code.acting_sealed) == (None, None)


@pytest.mark.parametrize(
    ("client", "view", "wanted"),
    [
        (OPTIONAL, UNDECIDED, True),
        (OPTIONAL, VIEW, False),
        (OPTIONAL, FOR_SELF, False),
        (OPTIONAL, acting(ENTERPRISE), False),
        (REQUIRED, UNDECIDED, True),
        (REQUIRED, FOR_SELF, True),
        (REQUIRED, acting(ENTERPRISE), False),
        (SIGNING, acting(ENTERPRISE), False),
        (SIGNING, acting(CHILD), True),
        # Chosen before, ended since: nobody is taken to act for themself instead.
        (OPTIONAL, replace(acting(ENTERPRISE), acting=None), True),
    ],
)
def test_the_person_is_asked_while_it_is_open(client: Client, view: SessionView, *, wanted: bool) -> None:
    assert asked(situation(client, view=view)) is wanted


@pytest.mark.parametrize(
    ("changed", "view", "wanted"),
    [
        ({"acting_for": "self"}, UNDECIDED, False),
        ({"acting_for": "self"}, acting(ENTERPRISE), False),
        ({"acting_for": "organisation"}, acting(ENTERPRISE), False),
        ({"acting_for": "organisation"}, acting(CHILD), True),
        ({"acting_for": "organisation"}, FOR_SELF, True),
        ({"acting_for": "0100000018"}, acting(ENTERPRISE), False),
        ({"acting_for": "0100000018"}, acting(OTHER), True),
        ({"acting_for": subject_of(CHILD)}, acting(CHILD), False),
        ({"acting_for": subject_of(CHILD)}, acting(ENTERPRISE), True),
        ({"acting_for": subject_of(HOUSEHOLD)}, acting(HOUSEHOLD), False),
        ({"acting_power": "sign"}, acting(ENTERPRISE), False),
        ({"acting_power": "pay"}, acting(ENTERPRISE), True),
        ({"acting_power": "sign"}, FOR_SELF, True),
    ],
)
def test_a_request_may_want_a_principal_or_a_power(changed: dict[str, str], view: SessionView, *, wanted: bool) -> None:
    assert asked(situation(OPTIONAL, changed, view=view)) is wanted


@pytest.mark.parametrize(("at", "wanted"), [(NOW - timedelta(microseconds=1), True), (NOW, False)])
@pytest.mark.parametrize("mandate", [None, ENTERPRISE])
def test_choose_is_answered_by_a_choice_after_this_request_began(
    mandate: ActingView | None, at: datetime, *, wanted: bool
) -> None:
    assert asked(situation(OPTIONAL, view=chosen(mandate, at), acting_for="choose")) is wanted


def test_who_acts_for_nobody_is_not_asked_to_choose() -> None:
    assert not asked(situation(OPTIONAL, view=VIEW, acting_for="choose"))


def test_prompt_none_says_that_the_person_is_needed_or_that_nothing_will_help() -> None:
    assert error_of(situation(REQUIRED, view=UNDECIDED, prompt="none")) == "interaction_required"
    assert error_of(situation(REQUIRED, view=VIEW, prompt="none")) == "access_denied"
    assert error_of(situation(OPTIONAL, view=VIEW, prompt="none", acting_power="sign")) == "access_denied"


def test_who_acts_for_nobody_is_told_on_a_page_first() -> None:
    decided = decide_authorization(situation(REQUIRED, view=VIEW), ORIGIN)
    assert isinstance(decided, AskPerson)
    assert decided.step is Step.CHOOSE


def test_self_narrows_this_code_and_leaves_the_session_as_it_is() -> None:
    decided = code_of(situation(OPTIONAL, view=acting(ENTERPRISE), acting_for="self"))
    assert (decided.code.mandate_id, decided.code.acting_sealed) == (None, None)


def test_a_code_says_what_the_mandate_holds_and_when_it_ends() -> None:
    code = code_of(situation(OPTIONAL, view=acting(ENTERPRISE))).code
    assert (code.mandate_id, code.mandate_ends_at) == (ENTERPRISE.mandate_id, ENTERPRISE.ends_at)
    claims = acting_claims(PROVIDER, OPTIONAL, PersonId(PERSON), code.acting_sealed)
    assert claims["act"] == {"sub": PROVIDER.subjects.subject(PersonId(PERSON), OPTIONAL)}
    assert claims["acting_for"] == {
        "sub": subject_of(ENTERPRISE),
        "type": "organisation",
        "name": "Công ty thử nghiệm",
        "code": "0100000018",
        "kind": "representative",
        "powers": ["file", "sign"],
    }


def test_each_sector_knows_a_merged_principal_by_the_subject_it_had() -> None:
    before = subject_of(CHILD)
    sealed = PROVIDER.sealer.seal(b'{"name": "one person"}', PROFILE_PLACE.of("person-3"))
    known_as = {subject_space(OPTIONAL): CHILD.principal_id}
    merged = replace(CHILD, principal_id="person-3", principal_sealed=sealed, principal_aliases=known_as)
    case = situation(OPTIONAL, view=acting(merged), acting_for=before)
    assert not asked(case)
    claims = acting_claims(PROVIDER, OPTIONAL, PersonId(PERSON), code_of(case).code.acting_sealed)
    assert isinstance(claims["acting_for"], dict)
    assert claims["acting_for"]["sub"] == before
    elsewhere = replace(OPTIONAL, sector_identifier="elsewhere.example")
    assert merged.principal_known_as(subject_space(elsewhere)) == "person-3"


def test_the_event_of_a_code_says_under_which_mandate() -> None:
    under, alone = (code_of(situation(OPTIONAL, view=view)).event for view in (acting(CHILD), FOR_SELF))
    assert under is not None
    assert under.details == {"mandate": CHILD.mandate_id}
    assert alone is not None
    assert alone.details == {}


def test_a_household_code_is_a_personal_number_and_governed_like_one() -> None:
    code = code_of(situation(OPTIONAL, view=acting(HOUSEHOLD))).code
    allowed = replace(OPTIONAL, governed_claims=("national_id",))
    reported = [
        acting_claims(PROVIDER, client, PersonId(PERSON), code.acting_sealed)["acting_for"]
        for client in (OPTIONAL, allowed)
    ]
    assert ["code" in str(claim) for claim in reported] == [False, True]
    assert "001899000001" not in str(reported[0])


@pytest.mark.parametrize("consent", [frozenset({"openid"}), None])
def test_the_choice_comes_before_consent(consent: frozenset[str] | None) -> None:
    bank = replace(BANK, acting="optional")
    assert asked(situation(bank, view=replace(UNDECIDED, consented_scope=consent)))


def test_outside_the_state_each_principal_is_agreed_to_once() -> None:
    bank, scope = replace(BANK, acting="optional"), ("openid", "profile")

    def agreed(*words: str) -> SessionView:
        return replace(acting(ENTERPRISE), consented_scope=frozenset(words))

    def step_of(view: SessionView) -> Step | None:
        need = next_need(situation(bank, view=view))
        return need.step if need else None

    assert step_of(agreed(*scope)) is Step.CONSENT
    assert step_of(agreed(*agreed_as(scope, CHILD))) is Step.CONSENT
    assert step_of(agreed(*agreed_as(scope, ENTERPRISE))) is None
    assert step_of(replace(FOR_SELF, consented_scope=frozenset(scope))) is None


def test_a_kept_consent_still_tells_its_scopes() -> None:
    assert scopes_among(agreed_as(("openid", "profile"), ENTERPRISE)) == ("openid", "profile")


@pytest.mark.parametrize(
    ("client", "changed"),
    [
        (OPTIONAL, {"acting_for": "anybody"}),
        (OPTIONAL, {"acting_for": "001899000001"}),
        (OPTIONAL, {"acting_for": "0100000018-1"}),
        (OPTIONAL, {"acting_for": "self choose"}),
        (OPTIONAL, {"acting_power": "everything"}),
        (OPTIONAL, {"acting_power": "view file"}),
        (OPTIONAL, {"acting_for": "self", "acting_power": "view"}),
        (REQUIRED, {"acting_for": "self"}),
        (CLIENT, {"acting_for": "choose"}),
        (CLIENT, {"acting_power": "view"}),
    ],
)
def test_what_means_nothing_is_refused_and_not_passed_over(client: Client, changed: dict[str, str]) -> None:
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(client, authorize(changed, client=client)), NOW)
    assert caught.value.code == "invalid_request"


def test_self_is_what_a_client_without_acting_gets_anyway() -> None:
    assert next_need(situation(CLIENT, acting_for="self")) is None


def test_a_client_names_powers_as_the_catalogue_does() -> None:
    assert frozenset(ACTING_POWERS) == frozenset[str](ALL_POWERS)


mandates = st.builds(
    lambda base, powers, kind: replace(base, powers=powers, kind=kind),
    st.sampled_from([ENTERPRISE, HOUSEHOLD, CHILD, OTHER]),
    st.frozensets(st.sampled_from(list(Power))),
    st.sampled_from(list(MandateKind)),
)
views = st.builds(
    lambda mandate, at: (
        replace(VIEW, session=replace(VIEW.session, acting_chosen_at=at))
        if mandate is None
        else replace(acting(mandate), session=replace(acting(mandate).session, acting_chosen_at=at))
    ),
    st.none() | mandates,
    st.sampled_from([None, LONG_AGO, JUST_NOW]),
)
commands = st.fixed_dictionaries(
    {},
    optional={
        "acting_for": st.sampled_from(["self", "choose", "organisation", "0100000018", subject_of(CHILD)]),
        "acting_power": st.sampled_from([power.value for power in Power]),
        "prompt": st.just("none"),
    },
)
registered = st.builds(
    lambda mode, powers: replace(CLIENT, acting=mode, acting_powers=tuple(powers)),
    st.sampled_from(ACTINGS),
    st.lists(st.sampled_from(ACTING_POWERS), unique=True, max_size=3),
)


@given(registered, views, commands)
def test_no_code_says_more_than_the_mandate_holds_or_less_than_the_client_needs(
    client: Client, view: SessionView, changed: dict[str, str]
) -> None:
    try:
        decided = decide_authorization(situation(client, changed, view=view), ORIGIN)
    except RedirectError:
        return
    if isinstance(decided, AskPerson):
        return
    reported = open_acting(PROVIDER.sealer, decided.code.acting_sealed).acting_for
    mandate = view.acting
    if reported is None:
        assert decided.code.mandate_id is None
        assert client.acting != "required"
        assert "acting_power" not in changed
        return
    assert mandate is not None
    assert (decided.code.mandate_id, reported.id, reported.kind) == (
        mandate.mandate_id,
        mandate.principal_id,
        mandate.kind,
    )
    assert frozenset(reported.powers) == mandate.powers
    assert client.acting != "self"
    assert not client.acting_powers or frozenset[str](reported.powers) & frozenset(client.acting_powers)
    assert changed.get("acting_power", next(iter(reported.powers), "")) in {"", *reported.powers}
