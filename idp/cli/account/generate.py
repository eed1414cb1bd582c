"""`idp accounts generate`: a file of invented people for imports and benchmarks, of any size."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from idp.cli.account.invented_people import INVENTED_PASSWORD, InventedHash, Spoilt, invent, make_hashes
from idp.cli.output import AsJson, say, say_json

_ROWS_AT_ONCE = 5_000
Percent = Annotated[float, typer.Option(min=0, max=100, help="Of a hundred rows, how many.")]


def generate_command(
    count: Annotated[int, typer.Argument(min=1, metavar="N", help="How many rows.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where they go; replaced only when whole.")],
    *,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = 1,
    hash_kind: Annotated[
        list[InventedHash] | None, typer.Option("--hash", help="Kinds of password hashes, in turn; argon2 if none.")
    ] = None,
    duplicates: Percent = 0.0,
    bad: Percent = 0.0,
    as_json: AsJson = False,
) -> None:
    """Invent people: nobody can hold their numbers and phones. They all have the same, public, password."""
    kinds = hash_kind or [InventedHash.ARGON2]
    of_each = [made for made in (make_hashes(kind) for kind in kinds) if made]
    hashes = [one for turn in zip(*of_each, strict=True) for one in turn]
    with Progress(console=Console(stderr=True), disable=as_json, transient=True) as progress:
        task = progress.add_task("inventing", total=count)
        write_rows(
            count, out, seed, hashes, Spoilt(duplicates, bad), lambda done: progress.update(task, completed=done)
        )
    if as_json:
        say_json({"rows": count, "bytes": out.stat().st_size, "file": str(out), "password": INVENTED_PASSWORD})
        return
    say(f"{count} rows in {out}; everybody's password is {INVENTED_PASSWORD}")


def write_rows(
    count: int, out: Path, seed: int, hashes: list[str], spoilt: Spoilt, on_progress: Callable[[int], None]
) -> None:
    """Write the rows beside the target and rename it when it is whole."""
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "wb") as target:
            rows, done = invent(count, seed, hashes, spoilt), 0
            while chunk := list(islice(rows, _ROWS_AT_ONCE)):
                target.write(b"".join(orjson.dumps(row) + b"\n" for row in chunk))
                done += len(chunk)
                on_progress(done)
        Path(name).replace(out)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
