"""Clients that speak to the programs in memory: no socket is opened."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from portals.inbox.app import build_app as build_inbox
from portals.simulator.app import build_app as build_simulator

SECRET = "unit-test-secret"


@pytest.fixture
async def simulator() -> AsyncIterator[httpx2.AsyncClient]:
    """A fresh simulator."""
    transport = httpx2.ASGITransport(app=build_simulator(SECRET))
    async with httpx2.AsyncClient(transport=transport, base_url="http://simulator") as client:
        yield client


@pytest.fixture
async def inbox() -> AsyncIterator[httpx2.AsyncClient]:
    """An empty inbox."""
    transport = httpx2.ASGITransport(app=build_inbox())
    async with httpx2.AsyncClient(transport=transport, base_url="http://inbox") as client:
        yield client
