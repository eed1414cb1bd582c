"""Signing in through a provider: send the browser there, believe or refuse what comes back."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from idp.kernel.clock import Clock
from idp.upstream.authorization import SignInAttempt, authorization_address, new_attempt
from idp.upstream.callback import check_attempt, judge_answer
from idp.upstream.claims import map_claims
from idp.upstream.errors import UnknownKeyError, UpstreamRefusedError, Why
from idp.upstream.id_token import VerifiedIdToken, judge_id_token
from idp.upstream.model import UpstreamProvider, UpstreamResult
from idp.upstream.ports import UpstreamService
from idp.upstream.tokens import token_request

CALLBACK_PATH = "/upstream/callback/"


class Federation(Struct, frozen=True):
    """Every provider by its id, in the order of the file."""

    services: Mapping[str, UpstreamService]
    issuer: str
    clock: Clock
    # What administrators allow now.
    offers: Callable[[str], bool] = lambda _provider_id: True

    def provider(self, provider_id: str) -> UpstreamProvider | None:
        """Return a provider of ours, or None."""
        service = self.services.get(provider_id)
        return service.provider if service else None

    @property
    def offered(self) -> Sequence[UpstreamService]:
        """Return the providers that people may sign in with now."""
        return tuple(service for name, service in self.services.items() if self.offers(name))

    def attempt(self, provider_id: str, *, fresh: bool) -> SignInAttempt:
        """Return a new attempt at a provider."""
        return new_attempt(self._offered(provider_id).provider, self.clock.now(), fresh=fresh)

    async def address(self, attempt: SignInAttempt, *, state: str, locale: str) -> str:
        """Return where the browser goes for an attempt; `state` names it."""
        service = self._service(attempt.provider)
        metadata, callback = await service.metadata(), self._callback(attempt.provider)
        return authorization_address(service.provider, metadata, attempt, state=state, callback=callback, locale=locale)

    async def finish(
        self, provider_id: str, attempt: SignInAttempt | None, parameters: Mapping[str, str], *, repeated: bool
    ) -> UpstreamResult:
        """Return the believed answer that came to a provider's callback."""
        service = self._offered(provider_id)
        checked = check_attempt(service.provider, attempt, self.clock.now())
        metadata = await service.metadata()
        code = judge_answer(service.provider, metadata, parameters, repeated=repeated)
        callback, now = self._callback(provider_id), self.clock.now()
        token = await service.redeem(
            token_request(service.provider, metadata, checked, code=code, callback=callback, now=now)
        )
        return map_claims(service.provider, await self._judge(service, checked, token))

    async def _judge(self, service: UpstreamService, attempt: SignInAttempt, token: str) -> VerifiedIdToken:
        keys = await service.keys()
        try:
            return judge_id_token(service.provider, attempt, token, keys, self.clock.now())
        except UnknownKeyError:
            # The provider may have rolled its keys over a moment ago: one look, then no means no (OIDC Core 10.1.1).
            keys = await service.keys(anew=True)
            return judge_id_token(service.provider, attempt, token, keys, self.clock.now())

    def _offered(self, provider_id: str) -> UpstreamService:
        service = self._service(provider_id)
        # Also for who is on the way back: one that is taken away may be in the wrong hands.
        if not self.offers(provider_id):
            raise UpstreamRefusedError(Why.UNREACHABLE, "not offered")
        return service

    def _service(self, provider_id: str) -> UpstreamService:
        service = self.services.get(provider_id)
        if service is None:
            raise UpstreamRefusedError(Why.EXPIRED, "no such provider")
        return service

    def _callback(self, provider_id: str) -> str:
        return f"{self.issuer}{CALLBACK_PATH}{provider_id}"
