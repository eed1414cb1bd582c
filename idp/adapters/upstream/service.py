"""The client of one upstream provider: guarded calls behind a gate of its own."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from idp.adapters.upstream.remembered import Remembered
from idp.kernel.clock import Clock
from idp.outbound.gate import NotAsked, ServiceGate
from idp.outbound.health import ServiceHealth
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest, OutboundResponse
from idp.outbound.record import ServiceRecord
from idp.sessions.upstream import UpstreamSession
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.metadata import discovery_address, read_keys, read_metadata
from idp.upstream.model import Freshness, Jwks, UpstreamMetadata, UpstreamProvider
from idp.upstream.policy import DEADLINE, KEYS_KEPT, MAX_DOCUMENT_BYTES, METADATA_KEPT, REFETCH_AFTER
from idp.upstream.tokens import TokenRequest, read_token_answer

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_JSON = {"Accept": "application/json"}
# An answer without the document that must be there is as bad for people as none.
_GOOD = 200
# A logout that is refused stays refused; one that fell into its trouble is told again (RFC 9110 15.5, 15.6).
_REFUSED, _ITS_TROUBLE = 400, 500


class HttpUpstreamService:
    """Implements `UpstreamService`."""

    def __init__(self, provider: UpstreamProvider, caller: HttpCaller, gate: ServiceGate, clock: Clock) -> None:
        self._provider = provider
        self._caller = caller
        self._gate = gate
        self._metadata = Remembered(self._fetch_metadata, clock, kept=METADATA_KEPT, pause=REFETCH_AFTER)
        self._keys = Remembered(self._fetch_keys, clock, kept=KEYS_KEPT, pause=REFETCH_AFTER)

    @property
    def provider(self) -> UpstreamProvider:
        """Return whose line it is."""
        return self._provider

    async def metadata(self) -> UpstreamMetadata:
        """Return its discovery document, remembered for a while."""
        return await self._metadata.get()

    async def keys(self, *, anew: bool = False) -> Jwks:
        """Return its keys, remembered for a while."""
        return await self._keys.get(anew=anew)

    async def redeem(self, request: TokenRequest) -> str:
        """Return the ID token for a code."""
        headers = {**_FORM, **({"Authorization": request.authorization} if request.authorization else {})}
        response = await self._post(request.address, request.body, headers)
        return read_token_answer(response.status, response.body)

    async def log_out(self, session: UpstreamSession) -> bool:
        """End its session (OIDC RP-Initiated Logout 2), between servers.

        The ID token names a person: in the browser's address it would stay in histories and logs.
        """
        metadata = await self.metadata()
        if not metadata.end_session_endpoint:
            return False
        form = {"id_token_hint": session.id_token, "client_id": self._provider.client_id}
        response = await self._post(metadata.end_session_endpoint, urlencode(form).encode(), _FORM)
        if response.status >= _ITS_TROUBLE:
            raise UpstreamRefusedError(Why.UNREACHABLE, f"its logout answered {response.status}")
        return response.status < _REFUSED

    async def ask_about_nobody(self) -> None:
        """Fetch the discovery document, so that its silence and its return are noticed without a person."""
        try:
            await self._fetch_metadata()
        except UpstreamRefusedError:
            return

    async def health(self) -> ServiceHealth:
        """Return how it is doing; it never raises."""
        return await self._gate.health()

    async def record(self) -> ServiceRecord:
        """Return how it did lately; it never raises."""
        return await self._gate.record()

    def freshness(self) -> Freshness:
        """Return when this process last fetched its documents."""
        return Freshness(self._metadata.fetched_at, self._keys.fetched_at)

    async def _fetch_metadata(self) -> UpstreamMetadata:
        return read_metadata(self._provider, await self._document(discovery_address(self._provider)))

    async def _fetch_keys(self) -> Jwks:
        return read_keys(await self._document((await self.metadata()).jwks_uri))

    async def _document(self, address: str) -> bytes:
        response = await self._call("GET", address, b"", _JSON)
        if response.status != _GOOD:
            raise UpstreamRefusedError(Why.UNREACHABLE, f"a document answered {response.status}")
        return response.body

    async def _post(self, address: str, body: bytes, headers: Mapping[str, str]) -> OutboundResponse:
        return await self._call("POST", address, body, headers)

    async def _call(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> OutboundResponse:
        async def question(left: timedelta) -> OutboundResponse | EgressError:
            try:
                return await self._caller.call(
                    OutboundRequest(method, address, left, body, headers, max_response_bytes=MAX_DOCUMENT_BYTES)
                )
            except EgressError as error:
                return error

        answer = await self._gate.ask(question, DEADLINE, _fault_of)
        if isinstance(answer, NotAsked):
            raise UpstreamRefusedError(Why.UNREACHABLE, f"not asked: {answer.reason}")
        if isinstance(answer, EgressError):
            raise UpstreamRefusedError(Why.UNREACHABLE, f"no answer: {answer.reason}") from answer
        return answer


def _fault_of(answer: OutboundResponse | EgressError) -> str:
    if isinstance(answer, EgressError):
        return answer.reason
    return f"http_{answer.status}" if answer.status >= _ITS_TROUBLE else ""
