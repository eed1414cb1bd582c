"""What a person does about a device: enters its code, is told who asks, says yes or no (RFC 8628 3.3)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from clients.model import Client
from clients.ports import ClientLookup
from idp.account.model import Account
from idp.audit.model import EventName, Origin
from idp.delegation.model import ActingView
from idp.grants.consents import consent_effects
from idp.grants.device_requests import DecideDeviceRequest, DeviceRequest
from idp.grants.ports import DeviceRequestReader
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.locales import Locale
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Place
from idp.oauth.authorize import Asking, Progress
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.endpoint import AskPerson, authorization_event, code_of, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, needs_consent
from idp.protocol.device.authorization import asked_by, parameters_of
from idp.protocol.device.pings import ping_of
from idp.protocol.device.user_codes import user_hash
from idp.protocol.errors import ACCESS_DENIED
from idp.protocol.extensions.acting_choice import acting_of, agreed_as
from idp.protocol.provider import Provider
from idp.sessions.model import SessionView
from idp.sign_in.shown_method import method_of
from records.structs import replace

# Which words were agreed to (NĐ 356/2025 Đ6): raised whenever those of the page change.
TEXT_VERSION = "device-2026-12-03"


class DeviceOutcome(StrEnum):
    """How a request of a device ended for the person."""

    ALLOWED = "allowed"
    DENIED = "denied"
    # Decided by somebody else, too old, or its client may not ask any more.
    GONE = "gone"
    # The account cannot be what the client insists on.
    UNMET = "unmet"


class DeviceAsked(Struct, frozen=True):
    """What a client asks the person it named, as the account lists it."""

    device: DeviceRequest
    request: AuthorizationRequest
    message: str


class DeviceAsking(Asking, frozen=True, kw_only=True):
    """A device's request waits for what the person does next."""

    device: DeviceRequest
    case: Situation

    @property
    def acting(self) -> ActingView | None:
        """Return the mandate under which the request would be answered."""
        return acting_of(self.case.provider, self.case.request, self.session) if self.session else None


class FoundDevice(Struct, frozen=True):
    """Whose request a code is of, and by what it is found from then on."""

    device_hash: bytes
    client: Client


class _Waiting(Struct, frozen=True):
    """A request that may be decided, with what it asks for."""

    device: DeviceRequest
    request: AuthorizationRequest


class Situations(Protocol):
    """Knows where a request stands in a browser: what the authorization endpoint knows."""

    async def situation(self, request: AuthorizationRequest, cookie: str | None, progress: Progress) -> Situation:
        """Return the request with the browser's live session."""


class DeviceApproval(Struct, frozen=True):
    """Decides devices' requests: the rules are those of the authorization endpoint, the answer is kept for the device.

    Deciding is one commit: the claim of the request, the consent where one is needed, and the event.
    """

    provider: Provider
    requests: DeviceRequestReader
    situations: Situations
    ledger: Ledger
    clock: Clock
    metrics: MetricsCounter

    async def found(self, clients: ClientLookup, code: str) -> FoundDevice | None:
        """Return whose request a typed code is of, if it may be decided."""
        device = await self.requests.by_user_code(user_hash(self.provider, code))
        waiting = self._waiting(clients, device)
        return FoundDevice(waiting.device.device_hash, waiting.request.client) if waiting else None

    async def asked_of(self, clients: ClientLookup, account: Account) -> Sequence[DeviceAsked]:
        """Return what clients ask an account, newest first (CIBA 8)."""
        kept = await self.requests.open_for(account.id, self.clock.now())
        waiting = [one for device in kept if (one := self._waiting(clients, device)) is not None]
        return [DeviceAsked(one.device, one.request, self.message_of(one.device)) for one in waiting]

    def message_of(self, device: DeviceRequest) -> str:
        """Return the text that the client shows too, for the person to compare; "" where it sent none."""
        return parameters_of(self.provider, device).get("binding_message", "")

    async def ask(
        self, clients: ClientLookup, device_hash: bytes, cookie: str | None, origin: Origin, progress: Progress
    ) -> DeviceAsking | DeviceOutcome:
        """Return what the person must do now, or how the request ended."""
        waiting = self._waiting(clients, await self.requests.by_device_code(device_hash))
        if waiting is None:
            return DeviceOutcome.GONE
        case = await self.situations.situation(waiting.request, cookie, progress)
        if _is_anothers(waiting.device, case):
            return DeviceOutcome.GONE
        try:
            decided = decide_authorization(case, origin)
        except RedirectError as error:
            ended = await self._refuse(case, waiting.device, origin, error.code, error.description)
            return DeviceOutcome.UNMET if ended else DeviceOutcome.GONE
        if not isinstance(decided, AskPerson):
            raise TypeError("a device's request has been answered to a browser")
        return DeviceAsking(decided, case.session, device=waiting.device, case=case)

    async def allow(self, asking: DeviceAsking, locale: Locale, origin: Origin) -> DeviceOutcome:
        """Give the device what its page showed, in the session that the page was shown to."""
        case, view = asking.case, asking.session
        if view is None:
            raise TypeError("nobody is signed in who could allow it")
        code = replace(code_of(case, view), expires_at=asking.device.expires_at)
        event = authorization_event(
            EventName.DEVICE_ALLOWED, case.request, view, origin, case.now, acting=asking.acting
        )
        decided = DecideDeviceRequest(
            device_hash=asking.device.device_hash, approved=code, refused_because="", at=case.now
        )
        ping = ping_of(self.provider, asking.device, case.now)
        if not await self.ledger.commit(decided, *self._consent(asking, view, locale, origin), event, *ping):
            return DeviceOutcome.GONE
        method = method_of(code.amr, upstream=view.session.upstream_sealed is not None)
        signed_in = code.auth_time >= case.began_at
        self.metrics.completed(case.request.client, method, case.began_at, signed_in=signed_in)
        return DeviceOutcome.ALLOWED

    async def refuse(
        self,
        clients: ClientLookup,
        device_hash: bytes,
        cookie: str | None,
        origin: Origin,
        progress: Progress,
        step: Place,
    ) -> DeviceOutcome:
        """Say no for the person, at a step of the request."""
        waiting = self._waiting(clients, await self.requests.by_device_code(device_hash))
        if waiting is None:
            return DeviceOutcome.GONE
        case = await self.situations.situation(waiting.request, cookie, progress)
        if waiting.device.asked_by == "ciba" and (case.session is None or _is_anothers(waiting.device, case)):
            # Whom a client named answers for themself alone, and nobody before they have signed in.
            return DeviceOutcome.GONE
        said, device = ACCESS_DENIED, waiting.device
        ended = await self._refuse(case, device, origin, said.code, said.description, step)
        return DeviceOutcome.DENIED if ended else DeviceOutcome.GONE

    def _waiting(self, clients: ClientLookup, device: DeviceRequest | None) -> _Waiting | None:
        """Return an undecided request as its client may make it now."""
        waits = device is not None and device.waits(self.clock.now())
        client = clients.get(device.client_id) if device is not None and waits else None
        if device is None or client is None:
            return None
        try:
            return _Waiting(device, asked_by(self.provider, client, device))
        except RedirectError:
            return None

    async def _refuse(
        self,
        case: Situation,
        device: DeviceRequest,
        origin: Origin,
        reason: str,
        said: str,
        step: Place = Place.NONE,
    ) -> bool:
        event = authorization_event(
            EventName.AUTHORIZATION_REFUSED, case.request, case.session, origin, case.now, reason, said=said
        )
        decided = DecideDeviceRequest(device_hash=device.device_hash, approved=None, refused_because=said, at=case.now)
        ended = await self.ledger.commit(decided, event, *ping_of(self.provider, device, case.now))
        if ended:
            self.metrics.refused(case.request.client, reason, case.began_at, step)
        return ended

    def _consent(self, asking: DeviceAsking, view: SessionView, locale: Locale, origin: Origin) -> tuple[Effect, ...]:
        """Return the consent that pressing the button is, where the release rests on one (Luật 91/2025 Đ15)."""
        request = asking.case.request
        if not needs_consent(request):
            return ()
        scope = agreed_as(request.scope, asking.acting)
        return consent_effects(view, request.client.client_id, scope, locale, origin, asking.case.now, TEXT_VERSION)


def _is_anothers(device: DeviceRequest, case: Situation) -> bool:
    """Say whether somebody is signed in whom the client did not name."""
    return case.session is not None and not device.may_be_answered_by(case.session.account)
