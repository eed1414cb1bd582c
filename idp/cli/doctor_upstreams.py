"""The doctor's look at upstream providers: their discovery documents and their keys."""

from datetime import timedelta

from idp.authentication.levels import FACTORS
from idp.cli.findings import Finding, fail, ok, warn
from idp.federation.errors import UpstreamRefusedError
from idp.federation.metadata import discovery_address, read_keys, read_metadata
from idp.federation.model import UpstreamProvider
from idp.federation.providers_file import read_providers
from idp.kernel.egress import EgressError, HttpCaller, OutboundRequest
from idp.settings import Settings

_PATIENCE = timedelta(seconds=4)


async def check_upstreams(settings: Settings, caller: HttpCaller) -> list[Finding]:
    """Return whether each provider of the file answers with documents that are used as they are."""
    if settings.upstreams_file is None:
        return []
    return [await _check(provider, caller) for provider in read_providers(settings.upstreams_file, FACTORS)]


async def _check(provider: UpstreamProvider, caller: HttpCaller) -> Finding:
    what = f"upstream {provider.id}"
    try:
        metadata = read_metadata(provider, await _document(caller, discovery_address(provider)))
        keys = read_keys(await _document(caller, metadata.jwks_uri))
    except EgressError as error:
        found = f"does not answer ({error.reason}): nobody signs in by it, every other way works"
        return warn(what, found, "ask its operator, or correct IDP_EGRESS_ALLOW")
    except UpstreamRefusedError as error:
        return fail(what, error.detail, "correct the issuer or other_origins in IDP_UPSTREAMS_FILE")
    if not keys:
        return fail(what, "publishes no signing key", "ask its operator")
    return ok(what, f"answers, with {len(keys)} signing keys")


async def _document(caller: HttpCaller, address: str) -> bytes:
    response = await caller.call(OutboundRequest("GET", address, _PATIENCE, headers={"Accept": "application/json"}))
    return response.body
