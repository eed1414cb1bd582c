"""A command that is called is what its process is, and leaves the process that called it as it was."""

import gc
import logging
import os
import sys
import tomllib
from pathlib import Path

from tests.flows.cli.operator import Operator
from tests.support.operator import run_server
from tests.support.running.servers import REPOSITORY


def state() -> tuple[object, ...]:
    """Return what a command might change for everybody."""
    streams = (sys.stdin, sys.stdout, sys.stderr, sys.excepthook, sys.modules["__main__"])
    return (dict(os.environ), Path.cwd(), list(sys.argv), *streams, list(logging.root.handlers), gc.isenabled())


async def test_nothing_of_a_command_stays_and_a_loop_may_be_running(operator: Operator) -> None:
    before = state()
    assert operator.run("keys", "list").code == 0
    assert operator.run("keys", "retire", "nobody").code == 1
    operator.settings["IDP_LISTEN"] = "8000"
    assert operator.run("keys", "list").code == 2
    assert run_server(operator.environment).code == 1
    assert state() == before


def test_the_version_is_the_one_of_the_project(operator: Operator) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert operator.good("--version") == f"{project['name']} {project['version']}\n"


def test_a_call_and_a_process_end_alike(operator: Operator) -> None:
    for arguments in (("keys", "list"), ("keys", "rotate", "--now", "--lead", "5")):
        assert operator.run(*arguments) == operator.process(*arguments)
