"""The decision of the authorization endpoint: ask the person, refuse, or issue a code (OIDC Core 3.1.2)."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from clients.policy import sends_code
from idp.audit.model import MANDATE, EventName, Origin, RecordEvent
from idp.delegation.model import ActingView
from idp.grants.model import AuthorizationCode
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import new_secret
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.front_channel import issue_front_tokens
from idp.protocol.authorize.interaction import (
    Situation,
    Step,
    is_fresh,
    level_is_out_of_reach,
    names_another_person,
    next_need,
    reported_level,
)
from idp.protocol.authorize.refused_requests import said_details
from idp.protocol.authorize.response import AuthorizationResponse, BrowserState, response_to
from idp.protocol.authorize.sandbox import may_be_led_to
from idp.protocol.errors import LOGIN_REQUIRED, SANDBOX_CLIENT, UNMET_AUTHENTICATION_REQUIREMENTS
from idp.protocol.extensions.acting_choice import acting_of, record_of
from idp.protocol.extensions.acting_claims import seal_acting
from idp.protocol.rar.details import seal_details
from idp.protocol.session_state import session_state_for
from idp.protocol.tokens.identity_claims import tells_of_person
from idp.sessions.model import Session, SessionView
from idp.sign_in.levels import level_now
from records.structs import replace


class AskPerson(Struct, frozen=True):
    """The person must do something first."""

    step: Step
    request: AuthorizationRequest


class SendCode(Struct, frozen=True):
    """The request is answered: commit `effects`, store `code` under `code_hash` if one leaves, then let `response` go.

    `code` says what was agreed, also where tokens leave instead of a code.
    """

    response: AuthorizationResponse
    code_hash: bytes
    code: AuthorizationCode
    event: RecordEvent | None
    effects: tuple[Effect, ...] = ()
    kept: bool = True


def decide_authorization(case: Situation, origin: Origin) -> AskPerson | SendCode:
    """Return the next step or the code; raises `RedirectError` where the client must be told no."""
    if level_is_out_of_reach(case) and not _someone_else_may_sign_in(case):
        raise RedirectError(case.request, UNMET_AUTHENTICATION_REQUIREMENTS)
    if names_another_person(case) and is_fresh(case):
        # Asked again, the person still signed in as somebody else: asking a third time would never end.
        raise RedirectError(case.request, LOGIN_REQUIRED.because("Another person signed in than id_token_hint names."))
    need = next_need(case)
    if need is None and case.session is not None:
        return _send_code(case, case.session, origin)
    if need is None or "none" in case.request.prompt:
        error = need.error if need else LOGIN_REQUIRED
        raise RedirectError(case.request, error.because(f"prompt none, but: {need.name if need else 'no session'}."))
    return AskPerson(need.step, case.request)


def _someone_else_may_sign_in(case: Situation) -> bool:
    """Say whether a sign-in page comes first anyway: then the level is judged after it."""
    need = next_need(case)
    return need is not None and need.step in {Step.SIGN_IN, Step.ACCOUNT_KIND}


def _send_code(case: Situation, view: SessionView, origin: Origin) -> SendCode:
    request, code = case.request, new_secret()
    record, code_hash = code_of(case, view), case.provider.token_hash.digest(code)
    acting = acting_of(case.provider, request, view)
    event = authorization_event(EventName.CODE_ISSUED, request, view, origin, case.now, acting=acting)
    if request.response_type == "code":
        return SendCode(_answer_of(case, view.session, {"code": code}), code_hash, record, event)
    leaving = code if sends_code(request.response_type) else None
    tokens = issue_front_tokens(case, view, record, leaving, origin)
    return SendCode(
        _answer_of(case, view.session, {**({"code": code} if leaving else {}), **tokens.values}),
        code_hash,
        record,
        event if leaving else None,
        tokens.effects,
        kept=leaving is not None,
    )


def code_of(case: Situation, view: SessionView) -> AuthorizationCode:
    """Return what a code stands for that the person of a session agreed to now."""
    request, session = case.request, view.session
    acting = acting_of(case.provider, request, view)
    return AuthorizationCode(
        client_id=request.client.client_id,
        redirect_uri=request.redirect_uri,
        redirect_uri_given=request.redirect_uri_given,
        scope=request.scope,
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        session_id=session.id,
        person_id=session.person_id,
        account_id=session.account_id,
        auth_time=session.auth_time,
        auth_time_asked=request.max_age is not None or request.auth_time_asked,
        acr=reported_level(request, level_now(view, case.now)),
        amr=session.amr,
        issued_at=case.now,
        expires_at=case.now + case.provider.policy.code_life,
        subject_id=view.subject_id,
        mandate_id=acting.mandate_id if acting else None,
        mandate_ends_at=acting.ends_at if acting else None,
        dpop_jkt=request.dpop_jkt,
        acting_sealed=seal_acting(case.provider.sealer, record_of(case.provider, request.client, acting)),
        claims=request.claims,
        resources=request.resources,
        details_sealed=seal_details(case.provider.sealer, request.details),
        profile_sealed=view.profile_sealed if tells_of_person(request.client, request.claims) else None,
    )


def _answer_of(case: Situation, session: Session, values: Mapping[str, str]) -> AuthorizationResponse:
    """Return the response, and what the browser remembers for a client that watches its session."""
    provider, request = case.provider, case.request
    watched = session_state_for(provider, request.client, request.redirect_uri, session.id)
    response = response_to(provider, request, {**values, **watched}, case.now)
    if not watched:
        return response
    remembered = BrowserState(provider.subjects.browser_state(session.id), session.expires_at)
    return replace(response, browser_state=remembered)


def check_may_leave(error: RedirectError, view: SessionView | None) -> None:
    """Raise `PageError` where an error is told here instead of being sent to the client."""
    if not may_be_led_to(error.request.client, view):
        raise PageError(SANDBOX_CLIENT, f"{error.code} of a client in the sandbox stays here")


def authorization_event(
    name: EventName,
    request: AuthorizationRequest,
    view: SessionView | None,
    origin: Origin,
    now: datetime,
    reason: str = "",
    *,
    acting: ActingView | None = None,
    said: str = "",
) -> RecordEvent:
    """Return the event of an authorization decision: who it was, under which mandate, and what the client was told."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=view.session.person_id if view else None,
        client_id=request.client.client_id,
        session_id=view.session.id if view else None,
        reason=reason,
        details=({MANDATE: acting.mandate_id} if acting else {}) | said_details(said),
    )
