"""Short ways to call and to expect a refusal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver

from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.guarded import GuardedCaller
from idp.outbound.http import EgressError, OutboundRequest
from tests.support.patience import patiently

LONG = patiently(10)
SHORT = timedelta(milliseconds=200)


@asynccontextmanager
async def guarded(
    allow: str = "",
    ca_file: Path | None = None,
    resolver: AbstractResolver | None = None,
    shows: tuple[Path, Path] | None = None,
) -> AsyncIterator[GuardedCaller]:
    async with GuardedCaller(parse_allow(allow), ca_file, resolver, shows) as caller:
        yield caller


def get(url: str, deadline: timedelta = LONG, max_response_bytes: int = 1000) -> OutboundRequest:
    return OutboundRequest("GET", url, deadline, max_response_bytes=max_response_bytes)


async def reason_of_failure(caller: GuardedCaller, request: OutboundRequest) -> str:
    """Return the reason of the `EgressError` that the call must end with."""
    with pytest.raises(EgressError) as caught:
        await caller.call(request)
    return caught.value.reason
