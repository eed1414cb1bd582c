"""What the person must still do: every row of the table, with pages and with prompt=none."""

from datetime import datetime, timedelta

import pytest

from clients.model import Client
from idp.account.model import AccountKind, ProofState
from idp.kernel.ids import PersonId
from idp.protocol.authorize.device_checks import read_device_request
from idp.protocol.authorize.interaction import (
    NEEDS,
    Situation,
    Step,
    begins_with_registration,
    level_is_out_of_reach,
    needs_consent,
    next_need,
    wanted_level,
)
from idp.protocol.tokens.issued import issue_id_token
from idp.sessions.model import SessionView
from idp.sessions.upstream import UpstreamSession
from records.structs import replace
from tests.support.builders.acting import ENTERPRISE, FOR_SELF, OPTIONAL, REQUIRED, UNDECIDED, acting
from tests.support.builders.protocol import ACCOUNT, BANK, CLIENT, GRANT, NOW, PROVIDER, SESSION, VIEW, form, situation

HINT = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce=None)
OTHER_PERSON = replace(VIEW, session=replace(SESSION, person_id=PersonId("person-2")))
OFFICER = replace(VIEW, account=replace(ACCOUNT, kind=AccountKind.OFFICER))
# A one-stop counter's system: officers sign in there, and file for citizens.
DESK = replace(CLIENT, account_kinds=("officer",), assisted_filing=True)
ASKING = replace(CLIENT, require_consent=True)
PERSONAL = "openid profile"
MINUTE = timedelta(minutes=1)
PAYMENT, READING = replace(CLIENT, service_class="payment"), replace(CLIENT, service_class="reading")
REUSING = replace(PROVIDER, upstream_reuse={"vneid": frozenset({"reading", "filing"})})


def signed_in(ago: timedelta) -> SessionView:
    return replace(VIEW, session=replace(SESSION, auth_time=NOW - ago))


def at_level(acr: str, *amr: str, proof: ProofState = ProofState.PROVED, enrolled: str = "sms") -> SessionView:
    session = replace(SESSION, acr=acr, amr=amr)
    return replace(VIEW, session=session, account=replace(ACCOUNT, proof=proof), enrolled=frozenset(enrolled.split()))


def consented(*scope: str) -> SessionView:
    return replace(VIEW, consented_scope=frozenset(scope))


def step_of(case: Situation) -> Step | None:
    need = next_need(case)
    return need.step if need else None


def vouched(
    *, provider: str = "vneid", at: datetime = NOW - MINUTE, auth_time: datetime = NOW - 2 * MINUTE
) -> SessionView:
    sealed = UpstreamSession(provider, at).seal(PROVIDER.sealer)
    return replace(VIEW, session=replace(SESSION, auth_time=auth_time, upstream_sealed=sealed))


def device_situation(client: Client = CLIENT, **parameters: str) -> Situation:
    case = situation(client)
    asked = read_device_request(PROVIDER, form(scope=PERSONAL, **parameters), client)
    return replace(case, request=asked)


FRESH = signed_in(timedelta(0))
ROWS: dict[str, tuple[Situation, Situation]] = {
    "no session": (situation(view=None), situation()),
    "the client does not take this kind of account": (situation(view=OFFICER), situation(DESK, view=OFFICER)),
    "the client does not take officers of this agency": (
        situation(replace(DESK, agency="G15"), view=OFFICER),
        situation(replace(DESK, agency="G15"), view=replace(OFFICER, officer_lineage=("G15",))),
    ),
    "prompt asks for a new sign-in": (situation(prompt="login"), situation(view=FRESH, prompt="login")),
    "the sign-in is older than max_age": (situation(max_age="1199"), situation(max_age="1200")),
    "another person than id_token_hint names": (
        situation(view=OTHER_PERSON, id_token_hint=HINT),
        situation(id_token_hint=HINT),
    ),
    "an upstream's result is used up": (
        replace(situation(PAYMENT, view=vouched()), provider=REUSING),
        replace(situation(view=vouched()), provider=REUSING),
    ),
    "the level is too low": (
        situation(acr_values="loa3"),
        situation(view=at_level("loa3", "pwd", "sms", "mfa"), acr_values="loa3"),
    ),
    "the citizen has not confirmed": (
        situation(DESK, view=OFFICER, assisted="1"),
        situation(DESK, view=OFFICER),
    ),
    "nobody to act for": (situation(REQUIRED), situation(REQUIRED, view=acting(ENTERPRISE))),
    "for whom is not chosen": (situation(OPTIONAL, view=UNDECIDED), situation(OPTIONAL, view=FOR_SELF)),
    "the device is not confirmed": (device_situation(BANK), situation(BANK, view=consented("openid", "profile"))),
    "consent is missing": (situation(BANK), situation(BANK, view=consented("openid", "profile"))),
}


def test_the_table_has_these_rows_in_this_order() -> None:
    assert [(need.name, need.step, need.error.code) for need in NEEDS] == [
        ("no session", Step.SIGN_IN, "login_required"),
        ("the client does not take this kind of account", Step.ACCOUNT_KIND, "access_denied"),
        ("the client does not take officers of this agency", Step.ACCOUNT_KIND, "access_denied"),
        ("prompt asks for a new sign-in", Step.SIGN_IN, "login_required"),
        ("the sign-in is older than max_age", Step.SIGN_IN, "login_required"),
        ("another person than id_token_hint names", Step.SIGN_IN, "login_required"),
        ("an upstream's result is used up", Step.SIGN_IN, "login_required"),
        ("the level is too low", Step.STEP_UP, "interaction_required"),
        ("the citizen has not confirmed", Step.COUNTER, "interaction_required"),
        ("nobody to act for", Step.CHOOSE, "access_denied"),
        ("for whom is not chosen", Step.CHOOSE, "interaction_required"),
        ("the device is not confirmed", Step.DEVICE, "interaction_required"),
        ("consent is missing", Step.CONSENT, "consent_required"),
    ]
    assert [need.name for need in NEEDS] == list(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_each_row_applies_where_it_should_and_not_to_its_trial_client(name: str) -> None:
    needing, satisfied = ROWS[name]
    need = next_need(needing)
    assert need is not None
    assert need.name == name
    assert next_need(satisfied) is None


def test_a_live_session_at_a_state_portal_needs_nothing() -> None:
    assert next_need(situation()) is None
    assert next_need(situation(prompt="none")) is None


def test_rows_are_met_one_after_the_other() -> None:
    asked = {"prompt": "login consent", "acr_values": "loa3"}
    assert step_of(situation(BANK, asked, view=None)) is Step.SIGN_IN
    assert step_of(situation(BANK, asked)) is Step.SIGN_IN
    assert step_of(situation(BANK, asked, view=FRESH)) is Step.STEP_UP
    high = at_level("loa3", "pwd", "sms", "mfa")
    fresh = replace(high, session=replace(high.session, auth_time=NOW))
    assert step_of(situation(BANK, asked, view=fresh)) is Step.CONSENT
    agreed = replace(fresh, consented_scope=frozenset({"openid", "profile"}))
    assert step_of(situation(BANK, asked, view=agreed, consented_at=NOW)) is None


@pytest.mark.parametrize("prompt", ["login", "select_account"])
@pytest.mark.parametrize(("auth_time", "asked"), [(NOW - timedelta(microseconds=1), True), (NOW, False)])
def test_oidc_core_3_1_2_1_a_new_sign_in_is_one_after_this_request_began(
    prompt: str, auth_time: datetime, *, asked: bool
) -> None:
    view = replace(VIEW, session=replace(SESSION, auth_time=auth_time))
    assert (step_of(situation(view=view, prompt=prompt)) is Step.SIGN_IN) is asked


@pytest.mark.parametrize(
    ("max_age", "ago", "asked"),
    [
        ("0", timedelta(microseconds=1), True),
        ("1", timedelta(seconds=1), False),
        ("1", timedelta(seconds=1, microseconds=1), True),
        ("10000", timedelta(minutes=20), False),
        ("0", timedelta(0), False),
    ],
)
def test_oidc_core_3_1_2_1_max_age_bounds_the_age_of_the_sign_in(max_age: str, ago: timedelta, *, asked: bool) -> None:
    assert (step_of(situation(view=signed_in(ago), max_age=max_age)) is Step.SIGN_IN) is asked


def test_max_age_zero_is_met_by_signing_in_for_this_request_although_time_has_passed() -> None:
    began = NOW - timedelta(minutes=5)
    view = signed_in(timedelta(minutes=1))
    assert step_of(situation(view=view, max_age="0", began_at=began)) is None
    assert step_of(situation(view=view, max_age="0")) is Step.SIGN_IN


def test_oidc_core_3_1_2_1_max_age_is_counted_from_now_and_not_from_where_the_request_began() -> None:
    began, view = NOW - timedelta(minutes=5), signed_in(timedelta(minutes=10))
    assert step_of(situation(view=view, max_age="480", began_at=began)) is Step.SIGN_IN
    assert step_of(situation(view=view, max_age="600", began_at=began)) is None


def test_the_registered_default_max_age_counts_like_one_that_was_sent() -> None:
    hasty = replace(CLIENT, default_max_age=timedelta(minutes=1))
    assert step_of(situation(hasty)) is Step.SIGN_IN
    assert step_of(situation(hasty, max_age="3600")) is None


@pytest.mark.parametrize(
    ("acr_values", "minimum", "level"),
    [
        ("", None, None),
        ("loa3 loa2", None, "loa2"),
        ("loa9", None, None),
        ("", "loa3", "loa3"),
        ("loa1", "loa2", "loa2"),
        ("loa3", "loa2", "loa3"),
    ],
)
def test_the_wanted_level_is_the_insisted_one_or_the_least_wish_above_it(
    acr_values: str, minimum: str | None, level: str | None
) -> None:
    case = situation(replace(CLIENT, minimum_acr=minimum), acr_values=acr_values)
    assert wanted_level(case.request) == level


@pytest.mark.parametrize(
    "case",
    [
        situation(view=at_level("loa2", "pwd", enrolled=""), acr_values="loa3"),
        situation(view=at_level("loa1", "pwd", proof=ProofState.WAITING), acr_values="loa3"),
        situation(view=at_level("loa1", "pwd", proof=ProofState.NOT_PROVED), acr_values="loa2"),
        situation(acr_values="loa9"),
        situation(view=replace(at_level("loa1", "pwd", enrolled="sms"), resting=frozenset({"sms"})), acr_values="loa3"),
        situation(replace(CLIENT, minimum_acr="loa2"), view=at_level("loa2", "pwd", enrolled=""), acr_values="loa3"),
    ],
    ids=[
        "no factor",
        "not proved yet",
        "not proved",
        "unknown level",
        "a resting factor",
        "above the insisted one",
    ],
)
def test_oidc_core_3_1_2_1_a_wish_that_cannot_be_met_is_let_go(case: Situation) -> None:
    assert next_need(case) is None


@pytest.mark.parametrize("acr_values", ["loa3", "loa9 loa3"])
def test_oidc_core_3_1_2_1_prompt_none_below_a_level_within_reach_is_an_error(acr_values: str) -> None:
    """/developers/errors: interaction_required where a second factor is left. Once it was shown, a code."""
    below = situation(acr_values=acr_values, prompt="none")
    assert (need := next_need(below)) is not None
    assert need.error.code == "interaction_required"
    assert next_need(situation(view=at_level("loa3", "pwd", "sms"), acr_values=acr_values, prompt="none")) is None


@pytest.mark.parametrize("level", ["loa9", "LOA1", "loa1 "])
def test_a_level_that_nobody_knows_is_reached_by_nobody(level: str) -> None:
    """Seen: `minimum_acr: loa9` let everybody through. With a level of the table the same person goes on."""
    insisting = replace(CLIENT, minimum_acr=level)
    case = situation(insisting, view=at_level("loa3", "pwd", "sms"), acr_values="loa1")
    assert wanted_level(case.request) == level
    assert step_of(case) is Step.STEP_UP
    assert level_is_out_of_reach(case)
    assert step_of(situation(replace(CLIENT, minimum_acr="loa1"), view=at_level("loa3", "pwd", "sms"))) is None


def test_what_a_session_showed_counts_with_the_proof_that_there_is_now() -> None:
    """The level that was stored at the sign-in decides nothing: the proof comes and goes while people are signed in."""
    insisting = replace(CLIENT, minimum_acr="loa2")
    proved, lapsed = at_level("loa1", "pwd"), at_level("loa2", "pwd", proof=ProofState.MATCHED)
    assert step_of(situation(insisting, view=proved)) is None
    assert step_of(situation(insisting, view=lapsed)) is Step.STEP_UP
    assert level_is_out_of_reach(situation(insisting, view=lapsed))
    assert step_of(situation(replace(CLIENT, minimum_acr="loa3"), view=at_level("loa9", "pwd"))) is Step.STEP_UP


def test_a_level_that_the_client_insists_on_is_asked_even_with_prompt_none() -> None:
    strict = replace(CLIENT, minimum_acr="loa3")
    for prompt in ("", "none"):
        assert step_of(situation(strict, prompt=prompt)) is Step.STEP_UP
    assert step_of(situation(strict, view=at_level("loa3", "pwd", "sms", "mfa"))) is None


def test_a_level_that_only_a_resting_factor_reaches_is_asked_where_it_is_insisted_on() -> None:
    """The page says until when the factor rests; the client hears of no failure that time mends."""
    strict = replace(CLIENT, minimum_acr="loa3")
    case = situation(strict, view=replace(at_level("loa1", "pwd", enrolled="sms"), resting=frozenset({"sms"})))
    assert step_of(case) is Step.STEP_UP
    assert not level_is_out_of_reach(case)


@pytest.mark.parametrize(
    ("client", "scope", "needed"),
    [
        (CLIENT, PERSONAL, False),
        (ASKING, PERSONAL, True),
        (ASKING, "openid", False),
        (BANK, PERSONAL, True),
        (BANK, "openid", True),
        (replace(BANK, require_consent=False), PERSONAL, True),
    ],
    ids=["State", "State, asking", "State, pseudonym", "other", "other, pseudonym", "other cannot opt out"],
)
def test_consent_is_the_basis_outside_the_state_and_where_a_portal_asks(
    client: Client, scope: str, *, needed: bool
) -> None:
    case = situation(client, scope=scope)
    assert needs_consent(case.request) is needed
    assert (step_of(case) is Step.CONSENT) is needed


@pytest.mark.parametrize(
    ("given", "asked"),
    [(("openid", "profile"), False), (("openid", "profile", "email"), False), (("openid",), True), ((), True)],
)
def test_a_remembered_consent_covers_what_was_agreed_and_no_more(given: tuple[str, ...], *, asked: bool) -> None:
    assert (step_of(situation(BANK, view=consented(*given))) is Step.CONSENT) is asked


@pytest.mark.parametrize(
    ("consented_at", "asked"),
    [(None, True), (NOW - timedelta(microseconds=1), True), (NOW, False)],
    ids=["never", "before this request", "for this request"],
)
def test_oidc_core_3_1_2_1_prompt_consent_asks_once_for_this_request_even_at_a_state_portal(
    consented_at: datetime | None, *, asked: bool
) -> None:
    case = situation(prompt="consent", consented_at=consented_at)
    assert (step_of(case) is Step.CONSENT) is asked


@pytest.mark.parametrize(
    ("client", "view", "step"),
    [
        (READING, vouched(), None),
        (PAYMENT, vouched(provider="unknown"), Step.SIGN_IN),
        (READING, vouched(provider="unknown"), Step.SIGN_IN),
        # What the person showed us ourselves since then is no upstream's result.
        (PAYMENT, vouched(at=NOW - 2 * MINUTE, auth_time=NOW - MINUTE), None),
        # Signed in upstream for this very request.
        (PAYMENT, vouched(at=NOW, auth_time=NOW), None),
    ],
)
def test_nd69_19_4_an_upstreams_result_serves_again_only_where_its_provider_allows_the_service_class(
    client: Client, view: SessionView, step: Step | None
) -> None:
    assert step_of(replace(situation(client, view=view), provider=REUSING)) is step


def test_an_upstream_record_that_does_not_open_serves_nobody_again() -> None:
    view = replace(VIEW, session=replace(SESSION, upstream_sealed=b"no seal of ours", auth_time=NOW - MINUTE))
    assert step_of(replace(situation(READING, view=view), provider=REUSING)) is Step.SIGN_IN


def test_a_citizen_who_is_signed_in_cannot_begin_an_assisted_filing() -> None:
    need = next_need(situation(replace(DESK, account_kinds=("citizen", "officer")), assisted="1"))
    assert need is not None
    assert need.step is Step.ACCOUNT_KIND


def test_an_officer_whose_level_does_not_do_is_asked_for_the_right_account_first() -> None:
    insisting = replace(CLIENT, minimum_acr="loa3")
    assert step_of(situation(insisting, view=OFFICER)) is Step.ACCOUNT_KIND


OF_THE_UNIT, OF_ANOTHER = ("G15.1", "G15"), ("H26.4", "H26")


@pytest.mark.parametrize("assisted", [False, True])
@pytest.mark.parametrize(
    ("agency", "named", "lineage", "taken"),
    [
        ("G15", (), OF_THE_UNIT, True),
        ("G15", (), ("G15",), True),
        ("G15", (), OF_ANOTHER, False),
        ("G15.1", (), ("G15",), False),
        ("G15", ("H26",), OF_ANOTHER, True),
        ("G15", ("H26",), OF_THE_UNIT, False),
        ("G15", ("*",), OF_ANOTHER, True),
        ("G15", (), (), False),
        (None, (), OF_ANOTHER, True),
    ],
)
def test_a_portal_takes_officers_of_its_own_agency_and_those_below_or_of_whom_it_names(
    assisted: bool, agency: str | None, named: tuple[str, ...], lineage: tuple[str, ...], taken: bool
) -> None:
    desk = replace(DESK, agency=agency, officer_agencies=named)
    officer = replace(OFFICER, officer_lineage=lineage)
    need = next_need(situation(desk, view=officer, assisted="1") if assisted else situation(desk, view=officer))
    refused = need is not None and need.step is Step.ACCOUNT_KIND
    assert refused is not taken
    if need is not None and refused:
        assert need.error.code == "access_denied"


def test_an_agency_of_officers_is_nothing_to_a_citizen() -> None:
    client = replace(CLIENT, agency="G15", officer_agencies=("H26",), account_kinds=("citizen", "officer"))
    assert next_need(situation(client)) is None


@pytest.mark.parametrize(
    ("client", "prompt", "registers"),
    [
        (CLIENT, "create", True),
        (CLIENT, "create login", True),
        (CLIENT, "login", False),
        (DESK, "create", False),
        (replace(CLIENT, stage="sandbox"), "create", False),
    ],
    ids=["citizens", "with another value", "not asked for", "officers only", "invented people only"],
)
def test_prompt_create_4_the_first_page_opens_an_account_where_the_client_takes_citizens(
    client: Client, prompt: str, *, registers: bool
) -> None:
    case = situation(client, view=None, prompt=prompt)
    assert begins_with_registration(case.request) is registers
    assert step_of(case) is Step.SIGN_IN


def test_prompt_create_4_an_officer_who_assists_begins_at_the_sign_in_page() -> None:
    both = replace(DESK, account_kinds=("officer", "citizen"))
    assert not begins_with_registration(situation(both, view=None, prompt="create", assisted="1").request)
    assert begins_with_registration(situation(both, view=None, prompt="create").request)


def test_prompt_create_4_whoever_is_signed_in_does_not_answer_a_request_for_a_new_account() -> None:
    assert step_of(situation(prompt="create")) is Step.SIGN_IN
    fresh = signed_in(timedelta(0))
    assert step_of(situation(view=fresh, prompt="create")) is None
