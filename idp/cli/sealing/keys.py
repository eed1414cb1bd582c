"""`idp keys`: the keys that sign tokens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from idp.admin.infrastructure.key_effects import key_effects, rotation_details
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName, RecordEvent
from idp.cli.output import AsJson, moment, say, say_json, say_table
from idp.cli.sealing import generations
from idp.cli.session import operator_event, run
from keys.errors import KeysChangedError
from keys.model import KeyState, SigningKey, state
from keys.service import PreparedKeys

keys_program = typer.Typer(help="List, rotate and retire signing keys.", no_args_is_help=True)
keys_program.command("rewrap")(generations.rewrap_command)
keys_program.command("generations")(generations.list_command)
keys_program.command("retire-generation")(generations.retire_command)
keys_program.command("new-master-key")(generations.new_master_key_command)
_SHOWN_TIMES = ("created_at", "activates_at", "retires_at", "expires_at")


@keys_program.command("list")
def list_command(
    *,
    expired: Annotated[bool, typer.Option("--expired", help="Also those that are gone from the key set.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the signing keys with the times of their lives (UTC)."""
    now, known = run(_load)
    shown = [key for key in known if expired or state(key, now) is not KeyState.EXPIRED]
    if as_json:
        say_json([_document(key, now) for key in shown])
        return
    columns = ("KID", "ALGORITHM", "STATE", "SIGNS FROM", "UNTIL", "IN THE KEY SET UNTIL")
    say_table(columns, [_row(key, now) for key in shown])


@keys_program.command("rotate")
def rotate_command(
    *,
    lead: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, help="Time between publishing and signing; 600 unless given."),
    ] = None,
    at_once: Annotated[bool, typer.Option("--now", help="Sign with the new keys at once: for emergencies.")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a new key for each algorithm; it signs after the lead, and the old one verifies for a day more.

    With a shorter lead, relying parties whose cached key set lacks the new key must fetch it again.
    """
    if at_once and lead is not None:
        raise typer.BadParameter("--now and --lead exclude each other")
    wanted = timedelta(0) if at_once else None if lead is None else timedelta(seconds=lead)
    now, added = run(lambda foundation: _rotate(foundation, wanted))
    if as_json:
        say_json([_document(key, now) for key in added])
        return
    for key in added:
        say(f"{key.kid} ({key.algorithm}) is published and signs from {moment(key.activates_at)}.")


# A key id is base64url: one in sixty-four begins like an option.
@keys_program.command("retire", context_settings={"ignore_unknown_options": True})
def retire_command(
    kid: str,
    *,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Also stop verifying at once: tokens that it signed become invalid.")
    ] = False,
) -> None:
    """Stop a key from signing at once. A successor must be published: `idp keys rotate` makes one."""
    changed = run(lambda foundation: _retire(foundation, kid, compromised=compromised))
    if not changed:
        say(f"{kid} is retired already.")
        return
    say(f"{kid} signs no more{' and verifies no more' if compromised else ''}.")


async def _load(foundation: Foundation) -> tuple[datetime, Sequence[SigningKey]]:
    stored = await foundation.database.keys.load()
    return foundation.clock.now(), sorted(stored.keys, key=lambda key: (key.algorithm, key.activates_at))


async def _rotate(foundation: Foundation, lead: timedelta | None) -> tuple[datetime, tuple[SigningKey, ...]]:
    now = foundation.clock.now()
    prepared = await foundation.keys.prepare_rotation(now, lead)
    event = operator_event(EventName.KEY_ROTATED, now, reason="rotated", details=rotation_details(prepared))
    await _write(foundation, prepared, event)
    return now, prepared.added


async def _retire(foundation: Foundation, kid: str, *, compromised: bool) -> bool:
    now, keys = foundation.clock.now(), foundation.keys
    prepared = await (keys.prepare_revocation(kid, now) if compromised else keys.prepare_retirement(kid, now))
    if prepared.empty:
        return False
    reason = "compromised" if compromised else "retired"
    event = operator_event(EventName.KEY_RETIRED, now, reason=reason, details={"kid": kid})
    await _write(foundation, prepared, event)
    return True


async def _write(foundation: Foundation, prepared: PreparedKeys, event: RecordEvent) -> None:
    """Write keys and what is told of them together: the public log has no key that it does not know."""
    if not await foundation.database.ledger.commit(*key_effects(prepared), event):
        raise KeysChangedError("the keys changed meanwhile; nothing was written, look at `idp keys list` again")


def _row(key: SigningKey, now: datetime) -> tuple[str, ...]:
    times = (moment(key.activates_at), moment(key.retires_at), moment(key.expires_at))
    return (key.kid, key.algorithm, state(key, now).value, *times)


def _document(key: SigningKey, now: datetime) -> dict[str, object]:
    times = {name: getattr(key, name) for name in _SHOWN_TIMES}
    return {"kid": key.kid, "algorithm": key.algorithm, "state": state(key, now).value, **times}
