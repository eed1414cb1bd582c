"""Deciding a device's request: one commit with its event and consent, or nothing; never more than once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clients.model import Client, ClientId
from idp.account.model import GiveConsent, ProofState
from idp.audit.model import EventName, RecordEvent
from idp.grants.device_requests import DecideDeviceRequest, DeviceRequest
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Cause, Measure, Place
from idp.oauth.authorize import Progress
from idp.oauth.devices.approval import TEXT_VERSION, DeviceApproval, DeviceAsking, DeviceOutcome, FoundDevice
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.interaction import Situation, Step
from idp.protocol.device.user_codes import user_hash
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.devices import BANK_KIOSK, DEVICE_HASH, KIOSK, USER_CODE, WAITING
from tests.support.builders.protocol import CLIENT, NOW, ORIGIN, PERSON, PROVIDER, SESSION, VIEW
from tests.support.rigs.proof import HandClock

BEGUN = Progress(NOW, None)
UNPROVED = replace(VIEW, account=replace(VIEW.account, proof=ProofState.WAITING), enrolled=frozenset())


@dataclass(slots=True)
class Ledger:
    """Keeps what was committed; `late` says that somebody decided a moment before."""

    late: bool = False
    committed: list[Effect] = field(default_factory=list)

    async def commit(self, *effects: Effect) -> bool:
        if self.late:
            return False
        self.committed += effects
        return True

    def enqueue(self, *effects: Effect) -> None:
        raise AssertionError("a decision is written before it is told")

    @property
    def events(self) -> list[RecordEvent]:
        return [effect for effect in self.committed if isinstance(effect, RecordEvent)]

    @property
    def decision(self) -> DecideDeviceRequest:
        (first, *_) = self.committed
        assert isinstance(first, DecideDeviceRequest)
        return first


@dataclass(slots=True)
class Kept:
    """One request, found by its user code."""

    request: DeviceRequest

    async def by_user_code(self, hashed: bytes) -> DeviceRequest | None:
        return self.request if hashed == user_hash(PROVIDER, USER_CODE) else None

    async def by_device_code(self, hashed: bytes) -> DeviceRequest | None:
        return self.request if hashed == DEVICE_HASH else None

    async def open_for(self, account_id: AccountId, now: datetime) -> Sequence[DeviceRequest]:
        return [self.request] if self.request.account_id == account_id else []


@dataclass(slots=True)
class InSession:
    """The browser's session, whatever cookie it shows."""

    view: SessionView | None

    async def situation(self, request: AuthorizationRequest, cookie: str | None, progress: Progress) -> Situation:
        return Situation(PROVIDER, request, self.view, progress.began_at, None, NOW)


class Desk:
    """A person at their browser, with one client and one request of its device."""

    def __init__(
        self, client: Client = KIOSK, request: DeviceRequest = WAITING, view: SessionView | None = VIEW
    ) -> None:
        self.client, self.ledger, clock = client, Ledger(), HandClock(NOW)
        self.metrics = MetricsCounter(clock)
        request = replace(request, client_id=client.client_id)
        self.approval = DeviceApproval(PROVIDER, Kept(request), InSession(view), self.ledger, clock, self.metrics)

    def get(self, client_id: ClientId) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    async def ask(self, device_hash: bytes = DEVICE_HASH) -> DeviceAsking | DeviceOutcome:
        return await self.approval.ask(self, device_hash, None, ORIGIN, BEGUN)

    async def asking(self) -> DeviceAsking:
        asking = await self.ask()
        assert isinstance(asking, DeviceAsking)
        return asking

    async def allow(self) -> DeviceOutcome:
        return await self.approval.allow(await self.asking(), "vi", ORIGIN)

    async def refuse(self) -> DeviceOutcome:
        return await self.approval.refuse(self, DEVICE_HASH, None, ORIGIN, BEGUN, Place.DEVICE)

    def counted(self) -> set[tuple[Measure, Cause, Place]]:
        return {(one.key.measure, one.key.cause, one.key.step) for one in self.metrics.take()}


async def test_rfc8628_3_3_what_the_page_is_about_is_the_last_step() -> None:
    asking = await Desk().asking()
    assert asking.ask.step is Step.DEVICE
    assert asking.device.device_hash == DEVICE_HASH


async def test_nobody_signed_in_is_led_to_sign_in_first() -> None:
    assert (await Desk(view=None).asking()).ask.step is Step.SIGN_IN


async def test_allowing_is_one_commit_of_the_decision_and_its_event() -> None:
    desk = Desk()
    assert await desk.allow() is DeviceOutcome.ALLOWED
    decision = desk.ledger.decision
    assert (decision.device_hash, decision.at, decision.refused_because) == (DEVICE_HASH, NOW, "")
    code = decision.approved
    assert code is not None
    assert (code.person_id, code.session_id, code.scope) == (PERSON, SESSION.id, ("openid", "profile"))
    # Good until the request itself is over, not for the minute of a browser's code.
    assert (code.issued_at, code.expires_at) == (NOW, WAITING.expires_at)
    assert [(event.name, event.person_id) for event in desk.ledger.events] == [(EventName.DEVICE_ALLOWED, PERSON)]
    assert len(desk.ledger.committed) == 2
    assert (Measure.COMPLETION, Cause.NONE, Place.NONE) in desk.counted()


async def test_luat_91_2025_d15_outside_the_state_the_button_is_a_consent_in_the_same_commit() -> None:
    desk = Desk(BANK_KIOSK)
    assert await desk.allow() is DeviceOutcome.ALLOWED
    (given,) = (effect for effect in desk.ledger.committed if isinstance(effect, GiveConsent))
    consent = given.consent
    assert (consent.client_id, consent.scope, consent.text_version) == ("bank", ("openid", "profile"), TEXT_VERSION)
    assert {event.name for event in desk.ledger.events} == {EventName.CONSENT_GIVEN, EventName.DEVICE_ALLOWED}


async def test_of_two_who_decide_the_second_writes_nothing() -> None:
    for decide in (Desk.allow, Desk.refuse):
        desk = Desk(BANK_KIOSK)
        desk.ledger.late = True
        assert await decide(desk) is DeviceOutcome.GONE
        assert (desk.ledger.committed, desk.counted()) == ([], set())


async def test_saying_no_is_told_to_the_device_and_written_down() -> None:
    desk = Desk()
    assert await desk.refuse() is DeviceOutcome.DENIED
    assert (desk.ledger.decision.approved, desk.ledger.decision.refused_because) == (None, "The person declined.")
    (event,) = desk.ledger.events
    assert (event.name, event.reason, event.person_id) == (EventName.AUTHORIZATION_REFUSED, "access_denied", PERSON)
    assert desk.counted() == {(Measure.REFUSAL, Cause.ACCESS_DENIED, Place.DEVICE)}


async def test_an_account_that_cannot_reach_what_the_client_insists_on_ends_the_request() -> None:
    desk = Desk(replace(KIOSK, minimum_acr="loa3"), view=UNPROVED)
    assert await desk.ask() is DeviceOutcome.UNMET
    assert desk.ledger.decision.refused_because == "The account cannot reach the required level."
    (event,) = desk.ledger.events
    assert event.reason == "unmet_authentication_requirements"
    # Who could reach it is asked to: nothing is decided.
    other = Desk(replace(KIOSK, minimum_acr="loa3"))
    assert (await other.asking()).ask.step is Step.STEP_UP
    assert other.ledger.committed == []


async def test_a_request_that_is_over_decided_or_its_clients_no_more_is_gone_for_everybody() -> None:
    gone = [
        Desk(request=replace(WAITING, expires_at=NOW)),
        Desk(request=replace(WAITING, decided_at=NOW)),
        Desk(CLIENT),
        Desk(replace(KIOSK, disabled_at=NOW)),
    ]
    for desk in gone:
        assert await desk.ask() is DeviceOutcome.GONE
        assert await desk.refuse() is DeviceOutcome.GONE
        assert await desk.approval.found(desk, USER_CODE) is None
        assert desk.ledger.committed == []
    assert await Desk().ask(b"another") is DeviceOutcome.GONE
    assert await Desk().approval.found(Desk(), USER_CODE) == FoundDevice(DEVICE_HASH, KIOSK)


async def test_the_right_kind_of_account_and_agency_are_asked_for_as_before_a_code() -> None:
    officers = Desk(replace(KIOSK, account_kinds=("officer",)))
    assert (await officers.asking()).ask.step is Step.ACCOUNT_KIND
    sandbox = Desk(replace(KIOSK, stage="sandbox"))
    assert (await sandbox.asking()).ask.step is Step.ACCOUNT_KIND
