"""What the person must still do before a code can be issued: an ordered table of named checks."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.model import AccountKind
from idp.kernel.secrets import SealBrokenError
from idp.protocol.agreed_apis import agreed_resources
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.errors import ACCESS_DENIED, CONSENT_REQUIRED, INTERACTION_REQUIRED, LOGIN_REQUIRED, ProtocolError
from idp.protocol.extensions.acting_choice import acting_of, agreed_as, has_nobody, is_open
from idp.protocol.provider import Provider
from idp.protocol.requested_claims import agreed_claims
from idp.protocol.stated_purposes import agreed_purposes
from idp.sessions.model import SessionView
from idp.sessions.upstream import UpstreamSession
from idp.sign_in.levels import can_reach, highest, level_now, lowest, reaches


class Step(StrEnum):
    """A page that the person is led to."""

    SIGN_IN = "sign_in"
    # Somebody is signed in whose kind of account the client does not take.
    ACCOUNT_KIND = "account_kind"
    STEP_UP = "step_up"
    CHOOSE = "choose"
    CONSENT = "consent"
    # The officer's page, where a citizen confirms what is filed for them.
    COUNTER = "counter"
    # What a device asks for, with the code to compare: this page asks for the consent too.
    DEVICE = "device"


# The values of `prompt` that nobody's earlier sign-in answers.
ASKS_ANEW = frozenset({"login", "select_account", "create"})


class Situation(Struct, frozen=True):
    """A checked request, the browser's session if it has a live one, and when this request began.

    An authentication counts as fresh for the request if it happened after `began_at`; a consent given after it
    answers `prompt=consent`.
    """

    provider: Provider
    request: AuthorizationRequest
    session: SessionView | None
    began_at: datetime
    consented_at: datetime | None
    now: datetime


class Need(Struct, frozen=True):
    """One row: when `applies`, the person goes to `step`; with `prompt=none` the client gets `error` instead."""

    name: str
    step: Step
    error: ProtocolError
    applies: Callable[[Situation], bool]


def _no_session(case: Situation) -> bool:
    return case.session is None


def _wrong_kind(case: Situation) -> bool:
    """Say whether the account is of a kind that the client does not take; at a counter an officer begins."""
    if case.session is None:
        return False
    taken = _taken(case)
    return case.session.account.kind.value not in taken


def _taken(case: Situation) -> tuple[str, ...]:
    taken = case.request.client.takes_accounts
    return tuple(kind for kind in taken if kind == "officer") if case.request.assisted else taken


def is_of_another_agency(case: Situation) -> bool:
    """Say whether an officer, whom the client would take, is of an agency whose officers it does not take."""
    view = case.session
    if view is None or view.account.kind is not AccountKind.OFFICER or _wrong_kind(case):
        return False
    return not case.request.client.takes_officers_of(view.officer_lineage)


def _citizen_has_not_confirmed(case: Situation) -> bool:
    # The counter's page gives the code itself, in the citizen's own session: here one never is.
    return case.request.assisted and case.session is not None


def _device_is_not_confirmed(case: Situation) -> bool:
    # Its page answers the device itself: a request of a device never ends with a code for the browser.
    return case.request.by_device and case.session is not None


def is_fresh(case: Situation) -> bool:
    """Say whether the person authenticated for this very request."""
    return case.session is not None and case.session.session.auth_time >= case.began_at


def _login_asked(case: Situation) -> bool:
    # Choosing an account is choosing whom to sign in as: one session, one account, so it is a new sign-in. So is a new
    # account: whoever is signed in already does not answer a request for one (Prompt Create 4).
    return bool(case.request.prompt & ASKS_ANEW) and not is_fresh(case)


def begins_with_registration(request: AuthorizationRequest) -> bool:
    """Say whether the first page is the one that opens an account (Prompt Create 4).

    Citizens open theirs themselves; where the client takes none of them, or an officer begins, it is the sign-in page.
    """
    return "create" in request.prompt and "citizen" in request.client.takes_accounts and not request.assisted


def _too_old(case: Situation) -> bool:
    max_age = case.request.max_age
    if case.session is None or max_age is None or is_fresh(case):
        return False
    return case.now - case.session.session.auth_time > max_age


def upstream_result_is_used_up(case: Situation) -> bool:
    """Say whether an upstream's answer to an earlier request may not serve this one (NĐ 69/2024 Đ19 k4)."""
    if case.session is None or case.session.session.upstream_sealed is None or is_fresh(case):
        return False
    try:
        upstream = UpstreamSession.open(case.session.session.upstream_sealed, case.provider.sealer)
    except SealBrokenError:
        return True
    if not upstream.vouches(case.session.session.auth_time):
        return False
    return not may_reuse(case.provider, upstream.provider, case.request)


def may_reuse(provider: Provider, upstream: str, request: AuthorizationRequest) -> bool:
    """Say whether an upstream provider may serve this service a second time; an unknown one never may."""
    return request.client.service_class in provider.upstream_reuse.get(upstream, frozenset())


def names_another_person(case: Situation) -> bool:
    """Say whether `id_token_hint` is about somebody else than the one signed in (OIDC Core 3.1.2.1)."""
    hinted, session = case.request.hinted_subject, case.session
    if hinted is None or session is None:
        return False
    return case.provider.subjects.subject(session.known_as, case.request.client) != hinted


def _another_person(case: Situation) -> bool:
    return names_another_person(case) and not is_fresh(case)


def insisted_level(request: AuthorizationRequest) -> str | None:
    """Return the level below which nobody is let in: by the registration, by an essential `acr` (OIDC Core 5.5.1.1)."""
    essential = lowest(request.essential_acr)
    return highest(acr for acr in (request.client.minimum_acr, essential) if acr is not None)


def wanted_level(request: AuthorizationRequest) -> str | None:
    """Return the level to reach: what the client insists on, else the least it would like."""
    wished = lowest(request.acr_values)
    insisted = insisted_level(request)
    return highest(acr for acr in (wished, insisted) if acr is not None)


def reported_level(request: AuthorizationRequest, level: str) -> str:
    """Return the level that tokens tell: of an essential `acr` the highest that was reached (OIDC Core 5.5.1.1)."""
    return highest(acr for acr in request.essential_acr if reaches(level, acr)) or level


def _level_too_low(case: Situation) -> bool:
    wanted, session = wanted_level(case.request), case.session
    if wanted is None or session is None or reaches(level_now(session, case.now), wanted):
        return False
    insisted = insisted_level(case.request)
    if insisted is not None and not reaches(level_now(session, case.now), insisted):
        return True
    # Whoever asks without a page wants to know whether the level is there, so a preference is reported like a demand.
    if "none" in case.request.prompt:
        return True
    # Else a preference (acr_values is voluntary) leads to a page only if a factor can fulfil it.
    return _within_reach(wanted, session, session.enrolled - session.resting, case.now)


def _within_reach(wanted: str, view: SessionView, factors: frozenset[str], now: datetime) -> bool:
    return can_reach(wanted, view.session.amr, factors, view.account.proof_at(now))


def level_is_out_of_reach(case: Situation) -> bool:
    """Say whether the client must be told that this account cannot reach a level with any factor.

    It is told of what it insists on; of what it would like only with prompt none, where no page can let it go.
    """
    silent = "none" in case.request.prompt
    wanted, session = wanted_level(case.request) if silent else insisted_level(case.request), case.session
    if wanted is None or session is None or reaches(level_now(session, case.now), wanted):
        return False
    # A factor that rests is within reach: the page says until when.
    return not _within_reach(wanted, session, session.enrolled, case.now)


def _nobody_to_act_for(case: Situation) -> bool:
    return case.session is not None and has_nobody(case.request, case.session)


def _acting_open(case: Situation) -> bool:
    return case.session is not None and is_open(case.provider, case.request, case.session, case.began_at)


def _consent_missing(case: Situation) -> bool:
    if case.session is None:
        return False
    # What exactly is confirmed is confirmed each time: no earlier word answers for it (RFC 9396 5).
    asks_anew = "consent" in case.request.prompt or bool(case.request.details)
    if asks_anew and (case.consented_at is None or case.consented_at < case.began_at):
        return True
    if not needs_consent(case.request):
        return False
    agreed = case.session.consented_scope or frozenset[str]()
    wanted = agreed_as(case.request.scope, acting_of(case.provider, case.request, case.session))
    claims = agreed_claims((*case.request.scope, *agreed), case.request.claims)
    apis = agreed_resources(case.provider.issuer, case.request.client, case.request.resources)
    purposes = agreed_purposes(case.request.purposes)
    return not frozenset((*wanted, *claims, *apis, *purposes)) <= agreed


def needs_consent(request: AuthorizationRequest) -> bool:
    """Say whether a remembered consent is the legal basis of this release.

    Outside the State always (Luật 91/2025 Đ15); a State portal works on the law and informs (Đ19), unless it is
    registered as asking consent and wants more than a pseudonym.
    """
    if request.client.sector == "other":
        return True
    more = request.claims or frozenset(request.resources) - {request.client.audience}
    return request.client.require_consent and not (frozenset(request.scope) <= {"openid"} and not more)


NEEDS: tuple[Need, ...] = (
    Need("no session", Step.SIGN_IN, LOGIN_REQUIRED, _no_session),
    Need("the client does not take this kind of account", Step.ACCOUNT_KIND, ACCESS_DENIED, _wrong_kind),
    Need("the client does not take officers of this agency", Step.ACCOUNT_KIND, ACCESS_DENIED, is_of_another_agency),
    Need("prompt asks for a new sign-in", Step.SIGN_IN, LOGIN_REQUIRED, _login_asked),
    Need("the sign-in is older than max_age", Step.SIGN_IN, LOGIN_REQUIRED, _too_old),
    Need("another person than id_token_hint names", Step.SIGN_IN, LOGIN_REQUIRED, _another_person),
    Need("an upstream's result is used up", Step.SIGN_IN, LOGIN_REQUIRED, upstream_result_is_used_up),
    Need("the level is too low", Step.STEP_UP, INTERACTION_REQUIRED, _level_too_low),
    Need("the citizen has not confirmed", Step.COUNTER, INTERACTION_REQUIRED, _citizen_has_not_confirmed),
    Need("nobody to act for", Step.CHOOSE, ACCESS_DENIED, _nobody_to_act_for),
    Need("for whom is not chosen", Step.CHOOSE, INTERACTION_REQUIRED, _acting_open),
    Need("the device is not confirmed", Step.DEVICE, INTERACTION_REQUIRED, _device_is_not_confirmed),
    Need("consent is missing", Step.CONSENT, CONSENT_REQUIRED, _consent_missing),
)


def next_need(case: Situation) -> Need | None:
    """Return the first thing the person must still do, or None."""
    return next((need for need in NEEDS if need.applies(case)), None)
