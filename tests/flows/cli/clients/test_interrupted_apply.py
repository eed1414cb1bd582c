"""Applying a client file that is overtaken half-way: what was written is told, and its secrets are not lost."""

import pytest

from clients.errors import ClientChangedError
from clients.model import ClientId
from clients.service import disable
from idp.app.foundation.opening import Foundation
from idp.cli.clients.changes import AppliedFile, carry_out, plan_file
from idp.cli.clients.texts import say_applied
from idp.cli.session import opened
from idp.environment import Settings
from tests.flows.cli.operator import Operator, entry


async def overtaken(foundation: Foundation, operator: Operator) -> AppliedFile:
    """Plan a new `hue` and a change of `da-nang`; somebody disables `da-nang` before the plan is carried out."""
    file = operator.client_file(entry(ClientId("hue")), entry(ClientId("da-nang"), scope="openid"))
    asked = await plan_file(foundation, file)
    (known,) = await foundation.database.clients.load_all()
    await disable(foundation.database.clients, known, foundation.clock.now())
    return await carry_out(foundation, asked)


async def test_what_was_saved_before_the_interruption_stands_with_its_secret(
    either: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    either.good("clients", "apply", either.client_file(entry(ClientId("da-nang"))))
    settings = Settings(
        issuer="http://localhost:8000", database_url=either.database_url, master_key_file=either.master_key
    )
    async with opened(settings) as foundation:
        outcome = await overtaken(foundation, either)
        stored = {client.client_id: client for client in await foundation.database.clients.load_all()}
    assert isinstance(outcome.interrupted, ClientChangedError)
    assert outcome.applied is not None
    assert set(stored) == {"da-nang", "hue"}
    assert stored[ClientId("da-nang")].scope == ("openid", "profile")
    with pytest.raises(ClientChangedError):
        say_applied(outcome)
    lines = capsys.readouterr().out.splitlines()
    assert f"client_secret of hue, shown this once: {outcome.applied.made_secrets['hue']}" in lines
    assert lines[-1] == "interrupted: only hue was written"


async def test_only_what_was_written_is_recorded(either: Operator) -> None:
    either.good("clients", "apply", either.client_file(entry(ClientId("da-nang"))))
    settings = Settings(
        issuer="http://localhost:8000", database_url=either.database_url, master_key_file=either.master_key
    )
    async with opened(settings) as foundation:
        await overtaken(foundation, either)
    recorded = [
        (event["client_id"], event["reason"]) for event in either.events() if event["name"] == "operator:client:changed"
    ]
    assert recorded == [("da-nang", "created"), ("hue", "created")]
