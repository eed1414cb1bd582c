"""How commands speak: results to standard output, everything else to standard error."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Wide enough that a file or a pipe never gets a table cut to the width of no terminal.
_PIPE_WIDTH = 200
# The exit code where what stands is not what a file says; 2 is a mistake of whoever asks.
DRIFTED = 1
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def say(line: str) -> None:
    """Print a line of the result."""
    print(line)


def tell(line: str) -> None:
    """Print a line for the person at the terminal, which no program reads."""
    print(line, file=sys.stderr)


def say_json(value: object) -> None:
    """Print the result for a program: JSON, indented, dates in ISO form."""
    print(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def say_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print the result as a table; values are taken as they are, never as markup."""
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(value) for value in row))
    console.print(table)


def moment(instant: datetime | None) -> str:
    """Return an instant for people, to the second, in UTC as every log has it; "-" for none."""
    return "-" if instant is None else f"{instant:%Y-%m-%d %H:%M:%SZ}"
