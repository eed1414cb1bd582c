"""The legacy sign-on over the provider's use cases: judge, translate, call the same use case, translate back."""

from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.audit.model import Origin
from idp.kernel.clock import Clock
from idp.oauth.back_channel import BackChannelRequest
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.logout import LogoutEndpoint
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.protocol.answers import Answer
from idp.protocol.client_auth.authentication import read_credentials
from idp.protocol.errors import OAuth2Error
from idp.protocol.forms import Form, stated_client
from idp.protocol.legacy.claims import old_userinfo
from idp.protocol.legacy.refusals import LegacyRefusedError
from idp.protocol.legacy.requests import admit, translate_authorization, translate_token_request
from idp.protocol.legacy.tokens import (
    translate_introspection,
    translate_revocation,
    translate_tokens,
)
from idp.protocol.logout import LogoutRequest, read_logout_request
from idp.protocol.provider import Provider
from idp.protocol.sender.shown import Sender
from idp.protocol.tokens.bearer import ShownCredential
from idp.protocol.tokens.issued import AccessToken, read_access_token
from records.structs import replace


class LegacyEndpoint:
    """Answers calls that were written against today's sign-on (docs/flows/legacy-sign-on.md).

    A client that is not known is left to the use cases, which refuse it as ever.
    """

    def __init__(
        self,
        provider: Provider,
        registry: ClientRegistry,
        *,
        token: TokenEndpoint,
        inspection: InspectionEndpoint,
        userinfo: UserinfoEndpoint,
        logout: LogoutEndpoint,
        clock: Clock,
    ) -> None:
        """Take the provider, the clients and the use cases that the old calls lead to."""
        self._provider = provider
        self._registry = registry
        self._token = token
        self._inspection = inspection
        self._userinfo = userinfo
        self._logout = logout
        self._clock = clock

    def authorization(self, form: Form, *, framed: bool) -> Form:
        """Return an authorization request in our words; raises `LegacyRefusedError`."""
        client = self._admitted(stated_client(form))
        return form if client is None else translate_authorization(self._provider, form, client, framed=framed)

    async def token(self, request: BackChannelRequest) -> Answer:
        """Return tokens, the ID token in the legacy sign-on."""
        client = self._caller(request)
        if client is None:
            return await self._token.answer(request)
        form = translate_token_request(self._provider, request.form, client)
        answer = await self._token.answer(replace(request, form=form))
        return translate_tokens(self._provider, client, answer, self._clock.now())

    async def userinfo(self, presented: tuple[ShownCredential, ...], sender: Sender) -> Answer:
        """Return the person's claims under their old names."""
        shown = self._shown(presented[0].text) if presented else None
        answer = await self._userinfo.answer(presented, sender)
        if shown is None or answer.status != 200 or answer.body is None:
            return answer
        return replace(answer, body=old_userinfo(answer.body, shown.claims.claims))

    async def introspect(self, request: BackChannelRequest) -> Answer:
        """Return what may be said of a token; the asker proves itself by its secret, or by a token of its own."""
        scheme, _, bearer = (request.authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            self._caller(request)
            return translate_introspection(await self._inspection.introspect(request))
        shown = self._shown(bearer.strip())
        client = self._registry.get(shown.client_id) if shown else None
        if client is None:
            # What is no token of ours proves nobody: refused as wrong credentials are.
            return await self._inspection.introspect(request)
        return translate_introspection(await self._inspection.introspect_by_bearer(request, bearer.strip(), client))

    async def revoke(self, request: BackChannelRequest) -> Answer:
        """End a token; an ID token stands for the sign-in that it came from."""
        self._caller(request)
        return await self._inspection.revoke(replace(request, form=translate_revocation(self._provider, request.form)))

    def leaving(self, form: Form) -> LogoutRequest:
        """Return a checked logout request (RP-Initiated Logout 2); raises `LegacyRefusedError`."""
        hint = form.get("id_token_hint")
        if hint is None:
            self._admitted(stated_client(form))
            return read_logout_request(self._provider, form, self._registry.get)
        verified = self._provider.verifier.verify_hint(hint)
        audience = verified.claims.get("aud") if verified else None
        client = self._admitted(ClientId(audience)) if isinstance(audience, str) else None
        if client is None:
            raise LegacyRefusedError("hint_unknown")
        if form.get("post_logout_redirect_uri") not in {None, *client.post_logout_redirect_uris}:
            raise LegacyRefusedError("unregistered_goodbye")
        return read_logout_request(self._provider, form, self._registry.get)

    async def end_from_server(self, form: Form, origin: Origin) -> LogoutRequest:
        """End the session that an ID token speaks of, at the call of a portal's server: no browser is there."""
        asked = self.leaving(form)
        if asked.hinted_grant is None:
            raise LegacyRefusedError("hint_without_session")
        await self._logout.end_hinted(asked, origin)
        return asked

    def _admitted(self, client_id: ClientId | None) -> Client | None:
        """Return a known client that may speak the legacy sign-on now, None for an unknown one; raises otherwise."""
        client = self._registry.get(client_id) if client_id else None
        if client is None or not client.active:
            return None
        admit(client, self._clock.now())
        return client

    def _caller(self, request: BackChannelRequest) -> Client | None:
        """Return the client that a back-channel request says it comes from, not yet proved."""
        try:
            return self._admitted(read_credentials(request.form, request.authorization).client_id)
        except OAuth2Error:
            # The use case reads them again and says what is wrong.
            return None

    def _shown(self, text: str) -> AccessToken | None:
        """Return an access token of ours whose client may speak the legacy sign-on now."""
        shown = read_access_token(self._provider, text, self._clock.now())
        if shown is not None:
            self._admitted(shown.client_id)
        return shown
