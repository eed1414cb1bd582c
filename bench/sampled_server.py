"""The provider with a sampler beside it: `python -m bench.sampled_server OUT`. SIGUSR2 begins, the end writes.

A tick comes for each millisecond of processor time that the process has used, so that neighbours on the machine and
the waiting for them are not seen. What a C function takes is counted for the line that called it.
"""

import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import msgspec

from tests.support.running.servers import REPOSITORY

_TICK_SECONDS = 0.001
_own: Counter[str] = Counter()
_whole: Counter[str] = Counter()
_lines: Counter[str] = Counter()


class Samples(msgspec.Struct, frozen=True):
    """Ticks by function in which it was the innermost, in which it was anywhere, and by innermost line."""

    own: dict[str, int]
    whole: dict[str, int]
    lines: dict[str, int]


def main(out: Path) -> None:
    """Run `server.py` and write what was sampled when it ends."""
    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGUSR2, lambda *_: signal.setitimer(signal.ITIMER_PROF, _TICK_SECONDS, _TICK_SECONDS))
    sys.argv = ["server.py"]
    try:
        runpy.run_path("server.py", run_name="__main__")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        out.write_bytes(msgspec.json.encode(Samples(_own, _whole, _lines)))


def _sample(_: int, frame: FrameType | None) -> None:
    if frame is None:
        return
    _own[_function(frame)] += 1
    _lines[f"{_place(frame.f_code.co_filename)}:{frame.f_lineno}"] += 1
    seen: set[str] = set()
    inner: FrameType | None = frame
    while inner is not None:
        seen.add(_function(inner))
        inner = inner.f_back
    _whole.update(seen)


def _function(frame: FrameType) -> str:
    code = frame.f_code
    return f"{_place(code.co_filename)}:{code.co_firstlineno}({code.co_name})"


def _place(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(REPOSITORY) and ".venv" not in path.parts:
        return str(path.relative_to(REPOSITORY))
    return "/".join(path.parts[-2:])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
