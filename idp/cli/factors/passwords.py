"""`idp passwords`: the filter of passwords that breaches have made known."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress

from idp.adapters.passwords.bloom_file import FilterFile, FilterFileError, FilterWriter, password_digest
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, say, say_json

passwords_program = typer.Typer(help="Build and ask the filter of breached passwords.", no_args_is_help=True)
_SHA1_LINE = re.compile(rb"([0-9A-Fa-f]{40})(?::\d+)?\s*$")
_REPORTED_EVERY = 100_000

Hashes = Annotated[bool, typer.Option("--sha1", help="Lines are SHA-1 in hexadecimal, with or without `:count`.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILTER", help="Where the filter goes; replaced only when whole.")]


@passwords_program.command("build-filter")
def build_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="One password a line.")],
    out: Out,
    *,
    sha1: Hashes = False,
    as_json: AsJson = False,
) -> None:
    """Make the filter that IDP_BREACHED_PASSWORDS_FILE names from a list of passwords."""
    with Progress(console=Console(stderr=True), disable=as_json, transient=True) as progress, file.open("rb") as lines:
        counting = progress.add_task("counting", total=None)
        count = sum(1 for line in lines if line.strip())
        progress.remove_task(counting)
        lines.seek(0)
        _write(lines, count, out, progress, sha1=sha1)
    document = {"passwords": count, "bytes": out.stat().st_size, "file": str(out)}
    if as_json:
        say_json(document)
        return
    say(f"{count} passwords in {out} ({document['bytes']} bytes); set IDP_BREACHED_PASSWORDS_FILE to it.")


@passwords_program.command("check")
def check_command(filter_file: Annotated[Path, typer.Argument(metavar="FILTER", exists=True, dir_okay=False)]) -> None:
    """Read one password from standard input and say whether the filter knows it."""
    try:
        known = FilterFile(filter_file)
    except FilterFileError as error:
        raise OperatorError(f"{filter_file} {error}") from error
    password = unicodedata.normalize("NFC", typer.get_text_stream("stdin").readline().rstrip("\r\n"))
    say("known: it is refused." if known.contains(password) else "not known.")


def _write(lines: BinaryIO, count: int, out: Path, progress: Progress, *, sha1: bool) -> None:
    """Build beside the target and rename: servers that map the old filter keep it until they start anew."""
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "w+b") as target, FilterWriter(target, count) as writer:
            task = progress.add_task("writing", total=count)
            for place, digest in enumerate(_digests(lines, sha1=sha1), 1):
                writer.add(digest)
                if place % _REPORTED_EVERY == 0:
                    progress.update(task, completed=place)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _digests(lines: BinaryIO, *, sha1: bool) -> Iterator[bytes]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not sha1:
            text = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
            yield password_digest(unicodedata.normalize("NFC", text))
            continue
        found = _SHA1_LINE.match(line)
        if found is None:
            # The line is not repeated: a list of plain passwords may have been given by mistake.
            raise OperatorError(f"line {number} is no SHA-1 in hexadecimal; leave --sha1 away for plain passwords")
        yield bytes.fromhex(found[1].decode())
