"""`idp audit seal`, `verify` and `checkpoint`: the chain over the audit log."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from idp.app.audit import compose_sealer, compose_verification, sealing_time
from idp.app.foundation.opening import Foundation
from idp.audit.checkpoints import BEYOND_ALL
from idp.audit.findings import Finding, FindingKind
from idp.audit.verifying import Checked, Verification
from idp.cli.audit.texts import document_of, line_of
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, moment, say, say_json, tell
from idp.cli.session import run

# No checkpoint is longer; whatever else is in the file need not be read.
_LONGEST_KEPT = 16_384

First = Annotated[int, typer.Option("--from", metavar="NUMBER", min=1, help="Begin with this checkpoint.")]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint", metavar="FILE", exists=True, dir_okay=False, help="A checkpoint that was kept elsewhere."
    ),
]


def seal_command(*, as_json: AsJson = False) -> None:
    """Seal what has settled now: for those who run neither server nor `idp worker`. One checkpoint at least."""
    document = run(_seal)
    if as_json:
        say_json(document)
        return
    say(f"{document['checkpoints']} checkpoints over {document['events']} events; the newest is {document['newest']}.")


def checkpoint_command() -> None:
    """Print the newest checkpoint, to be kept elsewhere: `idp audit verify --checkpoint FILE` looks for it."""
    say(run(_newest))


def verify_command(*, first: First = 1, kept: Kept = None, as_json: AsJson = False) -> None:
    """Verify that the audit log is as it was sealed. Exit code 1 if anything was changed, and where is said."""
    signed = None if kept is None else _read(kept)

    async def verify(foundation: Foundation) -> tuple[Checked, list[dict[str, object]], Counter[FindingKind]]:
        return await _verify(foundation, first, signed, as_json=as_json)

    checked, documents, serious = run(verify)
    if as_json:
        summary = {"checkpoints": checked.checkpoints, "events": checked.events, "intact": not serious}
        say_json({**summary, "findings": documents})
    else:
        newest = checked.newest.checkpoint if checked.newest else None
        until = f", the newest {newest.number} of {moment(newest.sealed_at)}" if newest else ""
        say(f"{checked.checkpoints} checkpoints{until}; {checked.events} events looked at.")
        say(_verdict(serious))
    if serious:
        sys.exit(1)


async def _seal(foundation: Foundation) -> dict[str, object]:
    sealer = await compose_sealer(foundation)
    done = await sealer.seal_now(await sealing_time(foundation))
    if done.short:
        tell(f"idp: checkpoints that lack events: {done.short}; run `idp audit verify`")
    if done.unreadable:
        tell(f"idp: checkpoints that this provider did not sign: {done.unreadable}; run `idp audit verify`")
    events = sum(one.count + one.late for one in done.made)
    newest = done.made[-1].number if done.made else None
    return {"checkpoints": len(done.made), "events": events, "late": len(done.late), "newest": newest}


async def _newest(foundation: Foundation) -> str:
    links = await foundation.database.checkpoints.newest_first(BEYOND_ALL, 1)
    if not links:
        raise OperatorError("nothing was sealed yet; run `idp worker`, or `idp audit seal`")
    return links[0].signed


async def _verify(
    foundation: Foundation, first: int, signed: str | None, *, as_json: bool
) -> tuple[Checked, list[dict[str, object]], Counter[FindingKind]]:
    """Print findings as they come, so that however many there are none is held; as JSON they are one document."""
    links = await foundation.database.checkpoints.newest_first(BEYOND_ALL, 1)
    newest = links[0].number if links else 0
    if first > max(newest, 1):
        raise OperatorError(f"there is no checkpoint {first}; the newest is {newest}")
    verification = await compose_verification(foundation)
    documents: list[dict[str, object]] = []
    serious: Counter[FindingKind] = Counter()
    # Findings go to standard output as they are found, also where that is a file and standard error a terminal.
    bar = Progress(console=Console(stderr=True), disable=as_json, transient=True, redirect_stdout=False)
    with bar as progress:
        task = progress.add_task("verifying", total=newest - first + 1)
        done = partial(_show, progress, task, first)
        found = _findings(verification, first, signed, done)
        async for finding in found:
            serious[finding.kind] += finding.serious
            if as_json:
                documents.append(document_of(finding))
            else:
                say(line_of(finding))
    return verification.checked, documents, +serious


def _verdict(serious: Counter[FindingKind]) -> str:
    if not serious:
        return "The log is as it was sealed."
    if set(serious) == {FindingKind.NEVER_SEALED}:
        return "Nothing was ever sealed here, so nothing is proved: run `idp worker`, or `idp audit seal`."
    return f"{serious.total()} findings: the log is NOT as it was sealed."


async def _findings(
    verification: Verification, first: int, signed: str | None, on_progress: Callable[[int], None]
) -> AsyncIterator[Finding]:
    if signed is not None:
        try:
            async for finding in verification.kept_elsewhere(signed):
                yield finding
        except ValueError as error:
            raise OperatorError(f"the checkpoint that was kept elsewhere: {error}") from error
    async for finding in verification.findings(first, on_progress=on_progress):
        yield finding


def _show(progress: Progress, task: TaskID, first: int, number: int) -> None:
    progress.update(task, completed=number - first + 1)


def _read(kept: Path) -> str:
    with kept.open("rb") as opened:
        return opened.read(_LONGEST_KEPT).decode("utf-8", "replace").strip()
