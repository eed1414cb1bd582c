"""The root key is exchanged under two running processes: nobody notices, and in the end nothing has the old one."""

import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from idp.adapters.sql.database import open_database
from idp.sealing.service import Resealing
from tests.flows.cli.operator import Operator
from tests.flows.running_provider import RunningProvider, cluster_of_two
from tests.support.operator import Done
from tests.support.parties.relying_party import sign_in
from tests.support.patience import patient
from tests.support.running.servers import PostgresServer, RedisServer


@pytest.fixture
def running(tmp_path: Path, postgres: PostgresServer, redis_server: RedisServer) -> Iterator[RunningProvider]:
    """A system of its own: its keys change."""
    with httpx2.Client(timeout=patient(30)) as http:
        yield from cluster_of_two(tmp_path, http, postgres, redis_server)


async def _left(running: RunningProvider) -> list[str]:
    async with AsyncExitStack() as stack:
        database = await open_database(running.provider.database_url)
        stack.push_async_callback(database.close)
        root = await running.provider.root_key(database)
        return list(await Resealing(database.sealed_rows, root.sealer()).left())


def test_people_sign_in_and_portals_ask_while_the_root_key_is_exchanged(running: RunningProvider) -> None:
    provider = running.provider
    operator = Operator(provider.folder, provider.database_url, {"IDP_ISSUER": provider.issuer})
    parties = [running.party().at(provider.base(place)) for place in range(2)]
    with running.browser() as browser:
        tokens = sign_in(browser, parties[0], running.citizen(), scope="openid profile offline_access")
    done: list[Done] = []
    # Twice as long as a process may need to look, however loaded the machine is.
    command = threading.Thread(
        target=lambda: done.append(operator.process("keys", "rewrap", "--lead", str(patient(2))))
    )
    command.start()
    rounds = 0
    while command.is_alive() or rounds < 2:
        for party in parties:
            answer = party.refresh(tokens.refresh_token or "")
            assert answer.status_code == 200, (answer.text, provider.log_text()[-2000:])
            tokens = party.validated(answer, nonce=None)
            asked = party.userinfo(tokens.access_token)
            assert asked.status_code == 200, (asked.text, provider.log_text()[-2000:])
        rounds += 1
        # Between the rounds the processes have the cores to notice.
        command.join(0.2)
    command.join()
    assert done[0].code == 0, done[0].err
    with running.browser() as browser:
        sign_in(browser, parties[1], running.citizen(), scope="openid profile offline_access")
    assert not provider.run(_left(running))
