"""The doctor's look at upstream providers: their discovery documents and their keys."""

import asyncio

from idp.cli.doctor.findings import Finding, fail, ok, warn
from idp.environment import Settings
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.sign_in.levels import FACTORS
from idp.upstream.errors import UpstreamRefusedError
from idp.upstream.metadata import discovery_address, read_keys, read_metadata
from idp.upstream.model import UpstreamProvider
from idp.upstream.policy import DEADLINE, MAX_DOCUMENT_BYTES
from idp.upstream.providers_file import read_providers

_GOOD = 200


class _NotToBeHadError(Exception):
    """A document did not come; the text is what was asked for, and why it did not."""

    def __init__(self, document: str, error: EgressError) -> None:
        super().__init__(f"{document} is not to be had ({error.reason}: {error})")
        self.reason = error.reason


class _WrongDocumentError(Exception):
    """Something came that is no such document; the text says what."""


async def check_upstreams(settings: Settings, caller: HttpCaller) -> list[Finding]:
    """Return whether each provider of the file answers with documents that are used as they are."""
    if settings.upstreams_file is None:
        return []
    providers = read_providers(settings.upstreams_file, FACTORS)
    # Together: one that is silent is waited for as long as all of them.
    return list(await asyncio.gather(*(_check(provider, caller) for provider in providers)))


async def _check(provider: UpstreamProvider, caller: HttpCaller) -> Finding:
    what = f"upstream {provider.id}"
    try:
        document = await _document(caller, discovery_address(provider), "the discovery document")
        metadata = read_metadata(provider, document)
        keys = read_keys(await _document(caller, metadata.jwks_uri, "the key set"))
    except _NotToBeHadError as error:
        return _silent(what, error)
    except _WrongDocumentError as error:
        return fail(what, str(error), "correct the issuer in IDP_UPSTREAMS_FILE, or ask the provider's operator")
    except UpstreamRefusedError as error:
        return fail(what, error.detail, "correct the issuer or other_origins in IDP_UPSTREAMS_FILE")
    if not keys:
        return fail(what, "publishes no signing key", "ask its operator")
    return ok(what, f"answers, with {len(keys)} signing {'key' if len(keys) == 1 else 'keys'}")


def _silent(what: str, error: _NotToBeHadError) -> Finding:
    match error.reason:
        case "refused":
            return fail(what, f"must not be called: {error}", "allow its address in IDP_EGRESS_ALLOW, or use https")
        case "certificate":
            remedy = "if its authority is right, add it to IDP_EXTRA_CA_FILE; else ask the provider's operator"
            return fail(what, f"shows a certificate that is not trusted: {error}", remedy)
        case "oversized":
            return fail(what, str(error), "correct the issuer in IDP_UPSTREAMS_FILE, or ask the provider's operator")
        case _:
            found = f"{error} within {DEADLINE.seconds} seconds: nobody signs in by it, every other way works"
            return warn(what, found, "ask its operator")


async def _document(caller: HttpCaller, address: str, document: str) -> bytes:
    """Ask as the provider's line does: what it would not use is not healthy here."""
    asked = OutboundRequest(
        "GET", address, DEADLINE, headers={"Accept": "application/json"}, max_response_bytes=MAX_DOCUMENT_BYTES
    )
    try:
        response = await caller.call(asked)
    except EgressError as error:
        raise _NotToBeHadError(document, error) from error
    if response.status != _GOOD:
        raise _WrongDocumentError(f"{document} answers with status {response.status}")
    return response.body
