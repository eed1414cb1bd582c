"""The backchannel authentication endpoint (CIBA 7): who asks is proven first, then whom they mean is looked for."""

from datetime import datetime

from msgspec import Struct

from clients.model import Client
from idp.audit.client_refusals import RefusedAt
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.oauth.devices.authorization import DeviceRoom
from idp.oauth.devices.hinted_people import HintedPeople
from idp.protocol.answers import Answer, Decision
from idp.protocol.client_auth.authentication import authenticate
from idp.protocol.client_auth.client_jws import claimed_kid
from idp.protocol.decider import ClientFacts, answer_of
from idp.protocol.device.backchannel import BackchannelSnapshot, decide_backchannel, hint_of, refused_request
from idp.protocol.device.signed_request import read_signed_request, sends_signed
from idp.protocol.errors import OAuth2Error
from idp.protocol.forms import Form


class BackchannelEndpoint(Struct, frozen=True):
    """Answers backchannel authentication requests."""

    channel: BackChannel
    people: HintedPeople
    room: DeviceRoom

    async def answer(self, request: BackChannelRequest) -> Answer:
        """Return an `auth_req_id` or an error; nothing leaves before it is committed."""

        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            return await self._decide(request, facts, now)

        return await self.channel.answer(request, decide, RefusedAt.BACKCHANNEL)

    async def _decide(self, request: BackChannelRequest, facts: ClientFacts, now: datetime) -> Decision:
        provider = self.channel.provider
        try:
            proven = authenticate(provider, facts.client, facts.credentials, facts.jwks, now)
        except OAuth2Error as error:
            return Decision(answer_of(error))
        try:
            form = await self._asked(proven.client, request.form, now)
            hint = hint_of(proven.client, form)
            person = await self.people.of(proven.client, hint, now)
        except OAuth2Error as error:
            return refused_request(provider, proven, answer_of(error), request.origin, now)
        snapshot = BackchannelSnapshot(form, proven, person, request.origin, now)
        decision = decide_backchannel(provider, snapshot)
        if decision.answer.error is None:
            await self.room.admit(proven.client, request.origin.address)
        return decision

    async def _asked(self, client: Client, form: Form, now: datetime) -> Form:
        """Return what the client asks, by its signature where it signs; raises `OAuth2Error`."""
        if not sends_signed(client, form):
            return form
        keys = await self.channel.client_keys.of(client, claimed_kid(form.get("request") or ""), now)
        return read_signed_request(self.channel.provider, client, form, keys, now)
