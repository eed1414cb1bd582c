"""The load generator: wrk with a script, and what it says afterwards."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec

from tests.support.errors import MissingComponentError

# As many passwords as one core hashes in the two seconds after which the provider shows its busy page, on a slow core.
CONNECTIONS = 32
_SCRIPT = Path(__file__).parent / "scripts" / "load.lua"
# A sign-in waits for all those before it: 32 hashes of 20 ms, on a busy machine several times that.
_TIMEOUT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Shot:
    """One request as it goes out."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk sends; the modes are those of `scripts/load.lua`."""

    mode: Literal["fixed", "once", "proved", "refresh", "code", "strict", "steps"]
    expect: int
    requests: Sequence[Shot] = ()
    token: Shot | None = None
    heads: Sequence[str] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What a run of wrk came to. `lost` are broken connections and time-outs, `wrong` are unexpected answers.

    `status` is that of one wrong answer, 0 where the row's answers were only counted (4xx and 5xx).
    """

    requests: int
    flows: int
    microseconds: int
    p50: int
    p99: int
    wrong: int
    status: int
    lost: int

    @property
    def complaint(self) -> str:
        """Return what was wrong, "" if nothing was."""
        if not self.wrong and not self.lost:
            return ""
        return f"{self.wrong} wrong answers{f' ({self.status})' if self.status else ''}, {self.lost} lost"


def fire(base_url: str, load: Load, duration: timedelta) -> Outcome:
    """Send the load for so long and return what came of it."""
    program = shutil.which("wrk")
    if program is None:
        raise MissingComponentError("wrk", "wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as data:
        data.write(f"return {_lua(_table_of(load))}\n")
        data.flush()
        shape = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(duration.total_seconds()))}s"]
        patience = ["--timeout", f"{_TIMEOUT.seconds}s"]
        argv = [program, *shape, *patience, "-s", str(_SCRIPT), base_url, "--", data.name]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return _read(done.stdout, done.stderr)


def _read(output: str, complaint: str) -> Outcome:
    for line in output.splitlines():
        if line.startswith("RESULT "):
            return msgspec.json.decode(line.removeprefix("RESULT "), type=Outcome)
    raise RuntimeError(f"wrk gave no result: {output} {complaint}")


def _table_of(load: Load) -> dict[str, object]:
    table: dict[str, object] = {"mode": load.mode, "expect": load.expect, "heads": list(load.heads)}
    if load.requests:
        table["requests"] = [_shot(shot) for shot in load.requests]
    if load.token is not None:
        table["token"] = _shot(load.token)
    return table


def _shot(shot: Shot) -> dict[str, object]:
    return {"method": shot.method, "path": shot.path, "headers": dict(shot.headers), "body": shot.body}


def _lua(value: object) -> str:
    """Return a value as Lua writes it."""
    match value:
        case dict():
            return "{" + ", ".join(f"[{_lua(name)}] = {_lua(one)}" for name, one in value.items()) + "}"
        case list():
            return "{" + ", ".join(_lua(one) for one in value) + "}"
        case int():
            return str(value)
        case str() if value.isascii() and value.isprintable() and not {'"', "\\"} & set(value):
            return f'"{value}"'
        case _:
            return '"' + "".join(_lua_byte(byte) for byte in str(value).encode()) + '"'


def _lua_byte(byte: int) -> str:
    plain = 32 <= byte < 127 and byte not in b'"\\'
    return chr(byte) if plain else f"\\{byte:03d}"
