"""Which core runs what, and how much of it a process has used."""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

_TICK = timedelta(seconds=1 / os.sysconf("SC_CLK_TCK"))
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = _CORES[0]
# With one core only, everything shares it; the report says how many there are.
LOAD_CORE = _CORES[-1]
ON_SERVER_CORE = ("taskset", "-c", str(SERVER_CORE))


def count() -> int:
    """Return how many cores this program may use."""
    return len(_CORES)


def leave_server_core() -> None:
    """Move this program to the other core; the load generator and the stores that it starts inherit that."""
    os.sched_setaffinity(0, {LOAD_CORE})


def cpu_time(pid: int) -> timedelta:
    """Return the processor time of all threads of a process so far; its children do not count."""
    # The name stands in parentheses and may hold blanks: what counts follows the last one (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def exact_cpu_time(pid: int) -> timedelta:
    """Return what `cpu_time` does, to the microsecond: the scheduler's own account instead of ticks of 10 ms."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum((timedelta(microseconds=int(task.read_text().split()[0]) / 1000) for task in tasks), timedelta())


def model() -> str:
    """Return the processor's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def memory_mib() -> int:
    """Return how much memory the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def cpu_of_children(pid: int) -> dict[int, float]:
    """Return the processor time of each process that another started, so far, in seconds: PostgreSQL has many."""
    times = {}
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        # A vacuum worker may end between the list and the look.
        with suppress(FileNotFoundError):
            times[child] = exact_cpu_time(child).total_seconds()
    return times


def spent_since(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """Return what the processes that are still there have used since, in seconds."""
    return sum(time - before.get(pid, 0) for pid, time in after.items())
