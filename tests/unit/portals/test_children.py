"""The processes of `make run`, with real processes."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from portals.children import Child, start, stop
from portals.launch import LaunchError, check_alive

GRACE = timedelta(seconds=2)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[Callable[[], None]], Child]]:
    children: list[Child] = []

    def run(what: Callable[[], None]) -> Child:
        child = start("program", tmp_path / "program.log", what)
        children.append(child)
        return child

    yield run
    stop(children, timedelta(0))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def sleep_well() -> None:
    print("asleep", flush=True)
    time.sleep(60)


def sleep_stubbornly() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep_well()


def fail() -> None:
    print("line before the failure")
    raise RuntimeError("no such luck")


Started = Callable[[Callable[[], None]], Child]


def test_what_a_program_writes_goes_to_its_log(started: Started) -> None:
    child = started(lambda: print("hello", flush=True))
    wait_for(child.ended)
    assert (child.code, child.tail()) == (0, "hello")


def test_a_program_that_fails_leaves_its_reason_in_the_log(started: Started) -> None:
    child = started(fail)
    wait_for(child.ended)
    assert child.code == 1
    assert child.tail().splitlines()[0] == "line before the failure"
    assert child.tail().endswith("RuntimeError: no such luck")


def test_only_the_end_of_a_long_log_is_shown(started: Started) -> None:
    child = started(lambda: print("\n".join(str(number) for number in range(100))))
    wait_for(child.ended)
    assert child.tail().splitlines() == [str(number) for number in range(80, 100)]


def test_a_program_has_a_session_of_its_own_so_ctrl_c_reaches_the_launcher_alone(started: Started) -> None:
    child = started(sleep_well)
    wait_for(lambda: child.tail() == "asleep")
    assert os.getsid(child.pid) == child.pid != os.getsid(0)


def test_stopping_is_polite(started: Started) -> None:
    child = started(sleep_well)
    wait_for(lambda: child.tail() == "asleep")
    stop([child], GRACE)
    assert child.code == -signal.SIGTERM


def test_who_does_not_listen_is_killed(started: Started) -> None:
    child = started(sleep_stubbornly)
    wait_for(lambda: child.tail() == "asleep")
    stop([child], timedelta(milliseconds=100))
    wait_for(child.ended)
    assert child.code == -signal.SIGKILL


def test_stopping_what_has_ended_is_quiet(started: Started) -> None:
    child = started(lambda: None)
    wait_for(child.ended)
    stop([child], GRACE)
    assert child.code == 0


def test_a_program_may_become_another(started: Started) -> None:
    child = started(lambda: os.execv(sys.executable, [sys.executable, "-c", "print('became')"]))
    wait_for(child.ended)
    assert (child.code, child.tail()) == (0, "became")


def test_a_program_that_ends_early_is_reported_with_its_log(started: Started) -> None:
    child = started(fail)
    wait_for(child.ended)
    with pytest.raises(LaunchError, match=r"(?s)program stopped \(code 1\).*no such luck"):
        check_alive([child])


def test_living_programs_are_left_alone(started: Started) -> None:
    child = started(sleep_well)
    check_alive([child])
    assert child.code is None


def test_children_end_when_the_launcher_is_killed(tmp_path: Path, started: Started) -> None:
    def launch_and_wait() -> None:
        inner = start("inner", tmp_path / "inner.log", sleep_well)
        (tmp_path / "pid").write_text(str(inner.pid))
        time.sleep(60)

    launcher = started(launch_and_wait)
    inner_log = tmp_path / "inner.log"
    wait_for(lambda: inner_log.exists() and "asleep" in inner_log.read_text())
    os.kill(launcher.pid, signal.SIGKILL)
    state = Path("/proc") / (tmp_path / "pid").read_text() / "stat"
    wait_for(lambda: not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z")
