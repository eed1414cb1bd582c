"""Commands of `idp`, called in this process: the imports, which take a process a second, are done once.

A command finds what a shell would give it: its own arguments, environment, folder and standard streams, none of them a
terminal. Where the process itself is the subject (signals, the encoding of its output, a pipe that closes),
`run_python` starts a true one.
"""

import gc
import io
import logging
import os
import runpy
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
import pytest

from idp.cli import __main__ as entry_point
from idp.cli.program import main
from tests.support.patience import patient
from tests.support.running.server_process import REPOSITORY

# Everything below is the whole process's: two commands at once would get each other's.
_ONE_AT_A_TIME = threading.Lock()
# What a table or an explanation is as wide as where there is no terminal, whoever runs the tests.
_NO_TERMINAL = {"COLUMNS": "80"}


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    def json(self) -> object:
        """Return what it printed for programs."""
        assert self.code == 0, self.err
        parsed: object = orjson.loads(self.out)
        return parsed


def run_idp(arguments: Sequence[str], environment: Mapping[str, str], stdin: str = "") -> Done:
    """Call `idp` with these arguments and this environment alone."""
    assert "worker" not in arguments[:1], "it puts another program into this process; start it with run_python"
    return _call(main, [str(entry_point.__file__), *arguments], environment, stdin)


def run_server(environment: Mapping[str, str]) -> Done:
    """Call `server.py` with an environment that it refuses; one that it takes would make it serve."""
    file = str(REPOSITORY / "server.py")
    return _call(lambda: runpy.run_path(file, run_name="__main__"), [file], environment, "")


def run_python(arguments: Sequence[str], environment: Mapping[str, str], stdin: str = "") -> Done:
    """Run Python as a process, in the repository, with this environment alone."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=dict(environment),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=patient(60),
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _call(work: Callable[[], object], argv: Sequence[str], environment: Mapping[str, str], stdin: str) -> Done:
    codes: list[int] = []
    # A thread of its own has no running loop, and none of the context of the test that calls.
    thread = threading.Thread(target=lambda: codes.append(_exit_code(work)), daemon=True)
    with _ONE_AT_A_TIME, _surroundings(argv, environment, stdin) as (out, err):
        thread.start()
        thread.join(patient(60))
        assert codes, f"{' '.join(argv)} did not end"
        return Done(codes[0], _written(out), _written(err))


def _exit_code(work: Callable[[], object]) -> int:
    """Return what the process would end with."""
    try:
        work()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001 - the interpreter prints whatever it is
        traceback.print_exc()
        return 1
    return 0


@contextmanager
def _surroundings(
    argv: Sequence[str], environment: Mapping[str, str], stdin: str
) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Give the process what a shell gives a command, and take it back."""
    out, err = _stream(), _stream()
    collecting = gc.isenabled()
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in {**_NO_TERMINAL, **environment}.items():
            patch.setenv(name, value)
        patch.chdir(REPOSITORY)
        patch.setattr(sys, "argv", list(argv))
        for name, stream in {"stdin": _stream(stdin), "stdout": out, "stderr": err}.items():
            patch.setattr(sys, name, stream)
        # What a command sets itself: typer does this one.
        patch.setattr(sys, "excepthook", sys.excepthook)
        # The processes that an import starts begin with it; `idp` calls itself by it.
        patch.setitem(sys.modules, "__main__", entry_point)
        # Warnings of libraries go to standard error, as where nobody has set up logging.
        patch.setattr(logging.root, "handlers", [])
        yield out, err
    if collecting:
        gc.enable()


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
