"""`idp keys rewrap` and what belongs to it: generations of the root key, and another master key."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, moment, say, say_json, say_table
from idp.cli.session import operator_event, run
from idp.kernel.data_keys import WrappedKey
from idp.kernel.generations import NEXT_AFTER, GenerationError
from idp.sealing.service import Resealing, ResealingProgress
from keys.errors import MasterKeyError
from keys.providers.file import create_master_key

_BATCH = 500


def rewrap_command(
    *,
    master_key: Annotated[
        bool,
        typer.Option("--master-key", help="Wrap under IDP_MASTER_KEY_FILE what IDP_OLD_MASTER_KEY_FILE opens."),
    ] = False,
    lead: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="Time between publishing a generation and sealing under it."),
    ] = NEXT_AFTER.total_seconds(),
    batch: Annotated[int, typer.Option(min=1, max=10_000, help="How many rows are read at a time.")] = _BATCH,
) -> None:
    """Seal every stored value anew under a new generation of the root key, while servers go on.

    Stopped, run it again: it goes on with the generation that it began.
    """
    try:
        if master_key:
            say(run(_exchange_master_key))
            return
        done = run(lambda foundation: _reseal(foundation, timedelta(seconds=lead), batch))
    except GenerationError as error:
        raise OperatorError(error.detail) from error
    say(f"{done.resealed} values sealed anew.")
    if done.unreadable:
        raise OperatorError(f"{done.unreadable} values do not open under any key; no process could read them before")


def list_command(*, as_json: AsJson = False) -> None:
    """List the generations of the root key, oldest first (UTC)."""
    known = run(_known)
    if as_json:
        say_json([{"id": one.id, "seals_since": one.seals_since, "retired_at": one.retired_at} for one in known])
        return
    rows = [(one.id, moment(one.created_at), moment(one.seals_since), moment(one.retired_at)) for one in known]
    say_table(("ID", "MADE", "SEALS SINCE", "RETIRED"), rows)


def retire_command(generation: str) -> None:
    """Let nothing open any more under an old generation; refused while a row has it."""
    try:
        run(lambda foundation: _retire(foundation, generation))
    except GenerationError as error:
        raise OperatorError(error.detail) from error
    say(f"{generation} opens nothing any more.")


def new_master_key_command(file: Path) -> None:
    """Make a master key in a new file, to be copied to every host."""
    try:
        create_master_key(file)
    except FileExistsError as error:
        raise OperatorError(f"{file} is there already") from error
    except MasterKeyError as error:
        raise OperatorError(str(error)) from error
    say(f"{file} is made: set IDP_MASTER_KEY_FILE to it and IDP_OLD_MASTER_KEY_FILE to the one before.")


async def _reseal(foundation: Foundation, lead: timedelta, batch: int) -> ResealingProgress:
    generations, clock = foundation.generations, foundation.clock
    resealing = Resealing(foundation.database.sealed_rows, foundation.shared.sealer)
    if not await _goes_on(foundation, resealing):
        made = await generations.begin(clock.now())
        await generations.refresh()
        while (remaining := (made.created_at + lead - clock.now()).total_seconds()) > 0:
            say(f"generation {made.id} seals in {remaining:.0f} s: by then every process opens it")
            await asyncio.sleep(remaining)
        await generations.let_seal(made.id, clock.now(), lead)
        await generations.refresh()
        await _record(foundation, EventName.GENERATION_BEGUN, made.id)
    done = ResealingProgress()
    async for progress in resealing.run(batch):
        done = progress
    return done


async def _goes_on(foundation: Foundation, resealing: Resealing) -> bool:
    """Say whether the newest generation is one whose rows are still being sealed anew."""
    known = await _known(foundation)
    seals = [one for one in known if one.seals_since is not None and one.retired_at is None]
    return len(seals) > 1 and known[-1].seals_since is not None and bool(await resealing.left())


async def _exchange_master_key(foundation: Foundation) -> str:
    signing = await foundation.keys.rewrap()
    data = await foundation.generations.rewrap()
    if not signing and not data:
        return "everything is under this master key already."
    await _record(foundation, EventName.MASTER_KEY_EXCHANGED, "")
    return f"{signing} signing keys and {data} data keys are under this master key now."


async def _retire(foundation: Foundation, generation: str) -> None:
    resealing = Resealing(foundation.database.sealed_rows, foundation.shared.sealer)
    await foundation.generations.retire(generation, foundation.clock.now(), left=await resealing.left())
    await _record(foundation, EventName.GENERATION_RETIRED, generation)


async def _known(foundation: Foundation) -> list[WrappedKey]:
    return list(await foundation.database.data_keys.load())


async def _record(foundation: Foundation, name: EventName, generation: str) -> None:
    details = {"generation": generation} if generation else {}
    await foundation.database.ledger.commit(
        operator_event(name, foundation.clock.now(), reason="rewrap", details=details)
    )
