"""What a confirmed assistance leaves: the citizen's short session, and who is recorded to have assisted whom."""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from clients.model import ClientId
from idp.account.model import Account
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, PersonId, SessionId, new_id
from idp.kernel.secrets import HashKey, Sealer, new_secret
from idp.officers.model import KeepAssistance, Officer
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.sessions.model import Session
from idp.sign_in.levels import amr_of
from records.structs import replace

# How long what the citizen confirmed lasts: a filing with its attachments, not the next citizen's.
ASSISTED_LIFE = timedelta(minutes=15)
ASSISTANCE_PLACE = "assistance"


class SessionKeys(Struct, frozen=True):
    """What a session is hashed and sealed with."""

    token_hash: HashKey
    sealer: Sealer


def assisted_session(
    account: Account,
    officer: Officer,
    factors: frozenset[str],
    acr: str,
    origin: Origin,
    now: datetime,
    keys: SessionKeys,
) -> Session:
    """Return the citizen's short session. Nobody is given its secret: it has no cookie."""
    ends = min(now + ASSISTED_LIFE, officer.ends_at)
    assistance = {"officer": officer.account_id, "agency": officer.agency, "post": officer.post}
    return Session(
        id=SessionId(new_id()),
        secret_hash=keys.token_hash.digest(new_secret()),
        person_id=account.person_id,
        account_id=account.id,
        auth_time=now,
        acr=acr,
        amr=amr_of(factors),
        created_at=now,
        expires_at=ends,
        factor_at=now,
        idle_until=ends,
        shared_computer=True,
        browser=origin.browser,
        address=origin.address,
        assistance_sealed=keys.sealer.seal(msgspec.json.encode(assistance), ASSISTANCE_PLACE),
    )


def kept_assistance(session: Session, officer: Officer, client_id: ClientId) -> KeepAssistance:
    """Return the record by which the session ends with the officer's account."""
    return KeepAssistance(
        assistance_id=new_id(),
        person_id=session.person_id,
        account_id=session.account_id,
        session_id=session.id,
        officer_person_id=officer.person_id,
        officer_account_id=officer.account_id,
        client_id=client_id,
        at=session.created_at,
        ends_at=session.expires_at,
    )


def assistance_events(
    session: Session, officer: Officer, request: AuthorizationRequest, way: str, origin: Origin, now: datetime
) -> tuple[Effect, ...]:
    """Return the events of both: each names the other by an id or a code of the provider's own."""
    client_id = request.client.client_id
    about = {"agency": officer.agency, "post": officer.post, "officer_code": officer.code}
    given = replace(
        assistance_event(EventName.ASSISTANCE_GIVEN, session.person_id, client_id, origin, now),
        session_id=session.id,
        details={**about, "officer": officer.account_id, "way": way, "scope": " ".join(request.scope)},
    )
    assisted = replace(
        assistance_event(EventName.CITIZEN_ASSISTED, officer.person_id, client_id, origin, now),
        details={"account": session.account_id, "session": session.id, "way": way},
    )
    return given, assisted


def assistance_event(
    name: EventName, person_id: PersonId, client_id: ClientId, origin: Origin, now: datetime
) -> RecordEvent:
    """Return an event of the counter; for a number without an account it names no person."""
    return RecordEvent(
        id=EventId(new_id()), name=name, at=now, origin=origin, person_id=person_id or None, client_id=client_id
    )
