"""`make run`: the provider, the portals, the register simulator and the inbox, in the foreground."""

import argparse
import errno
import gc
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from portals.children import POLL, Child, start, stop
from portals.embedded import (
    PROVIDER_PORT,
    REGISTER_SECRET,
    Address,
    Folders,
    Layout,
    client_file,
    fingerprint,
    prepared,
    provider_environment,
    write_upstreams,
)
from portals.serving import HOST

# A warm start takes three seconds; a first one on a slow disk takes its time.
START_LIMIT = timedelta(seconds=60)
# Longer than the servers' own grace, so that only a hung process is killed.
STOP_GRACE = timedelta(seconds=5)
PROBE_TIMEOUT = timedelta(seconds=2)


class LaunchError(Exception):
    """The system cannot start or go on; the text says why, for the terminal."""


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM: not a failure."""


def main() -> int:
    """Run until told to stop. Returns 0 after Ctrl-C or SIGTERM, 1 after a failure."""
    folders, layout = _arguments()
    children: list[Child] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _request_stop)
    try:
        _run(folders, layout, children)
    except StopRequestedError:
        return 0
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        # A second Ctrl-C must not interrupt the tidying up.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        stop(children, STOP_GRACE)
    return 1


def _arguments() -> tuple[Folders, Layout]:
    parser = argparse.ArgumentParser(prog="python -m portals.launch", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the data are kept (default: var)")
    parser.add_argument(
        "--port-base", type=int, default=PROVIDER_PORT, help="the provider's port; the others move with it"
    )
    arguments = parser.parse_args()
    data: Path | None = arguments.data
    base: int = arguments.port_base
    return Folders(Path(__file__).resolve().parent.parent, data.resolve() if data else None), Layout(base)


def _request_stop(_number: int, _frame: object) -> None:
    raise StopRequestedError


def _run(folders: Folders, layout: Layout, children: list[Child]) -> None:
    addresses = layout.addresses
    refuse_unknown_host()
    refuse_busy_ports(addresses)
    folders.make()
    write_upstreams(folders, layout)
    _prepare(folders, layout)
    # The provider first: it imports on one core while the launcher imports on the other.
    environment = provider_environment(folders, os.environ, layout)
    children.append(start("provider", folders.log / "provider.log", lambda: _become_provider(folders, environment)))
    for name, run in _programs(folders, layout):
        children.append(start(name, folders.log / f"{name}.log", run))
    _wait_until_all_answer(children, addresses, time.monotonic() + START_LIMIT.total_seconds())
    print(summary(layout, folders.people.read_text(encoding="utf-8")), flush=True)
    while True:
        check_alive(children)
        time.sleep(POLL.total_seconds())


def refuse_unknown_host(name: str = "localhost") -> None:
    """Raise LaunchError when a name does not lead to this machine: every address of the system begins with it."""
    try:
        found = {str(address[0]) for *_, address in socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)}
    except OSError:
        found = set()
    if HOST not in found:
        raise LaunchError(f"{name} does not resolve to {HOST}: write a line in /etc/hosts: {HOST} {name}")


def refuse_busy_ports(addresses: Iterable[Address]) -> None:
    """Raise LaunchError with one line naming every port that another program holds."""
    busy = [str(address.port) for address in addresses if _is_busy(address.port)]
    if busy:
        raise LaunchError(f"port {', '.join(busy)} is in use by another program: stop it, then run `make run` again")


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port that only waits out its closed connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise LaunchError(f"port {port} cannot be used: {error.strerror}") from error
    return False


def _prepare(folders: Folders, layout: Layout) -> None:
    """Bring the store up to date in one process: schema, agencies, clients, people. Skipped if nothing changed."""
    if prepared(folders, layout):
        return
    mark = fingerprint(folders, layout)
    _make_master_key(folders)
    clients = client_file(folders, layout)
    files = ("--agencies", str(folders.agencies), "--clients", str(clients))
    command = [sys.executable, "-m", "idp.cli", "prepare", *files, "--demo-accounts"]
    environment = provider_environment(folders, os.environ, layout)
    done = subprocess.run(  # noqa: S603 (our own command)
        command, cwd=folders.root, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise LaunchError(f"the store could not be prepared:\n{done.stdout}{done.stderr}".rstrip())
    folders.people.write_text(done.stdout, encoding="utf-8")
    folders.stamp.write_text(mark, encoding="ascii")


def _make_master_key(folders: Folders) -> None:
    # Imported here: a warm start does without it in the launcher.
    from keys.errors import MasterKeyError  # noqa: PLC0415
    from keys.providers.file import load_or_create_master_key  # noqa: PLC0415

    try:
        load_or_create_master_key(folders.master_key)
    except MasterKeyError as error:
        raise LaunchError(str(error)) from error


def _become_provider(folders: Folders, environment: dict[str, str]) -> None:
    os.chdir(folders.root)
    os.execve(sys.executable, [sys.executable, "server.py"], environment)  # noqa: S606 (no shell is wanted)


def _programs(folders: Folders, layout: Layout) -> list[tuple[str, Callable[[], None]]]:
    """Return the other programs, everything they need imported once for all of them."""
    from portals.inbox.app import build_app as build_inbox  # noqa: PLC0415
    from portals.relying_party.app import build_app as build_portal  # noqa: PLC0415
    from portals.relying_party.config import Portal  # noqa: PLC0415
    from portals.serving import serve  # noqa: PLC0415
    from portals.simulator.app import build_app as build_simulator  # noqa: PLC0415

    def portal_program(portal: Portal) -> Callable[[], None]:
        return lambda: serve(build_portal(portal, folders.portal_keys, neighbours=layout.portals), portal.port)

    # What is imported now lives as long as the children: keep the collector from touching, and so copying, its pages.
    gc.freeze()
    return [
        ("simulator", lambda: serve(build_simulator(REGISTER_SECRET), layout.simulator_port)),
        ("inbox", lambda: serve(build_inbox(), layout.inbox_port)),
        *((portal.client_id, portal_program(portal)) for portal in layout.portals),
    ]


def check_alive(children: Sequence[Child]) -> None:
    """Raise LaunchError with the end of the log when a process has ended by itself."""
    for child in children:
        if child.ended():
            raise LaunchError(f"{child.name} stopped (code {child.code}); the end of {child.log}:\n{child.tail()}")


def _wait_until_all_answer(children: Sequence[Child], addresses: Sequence[Address], deadline: float) -> None:
    waiting = list(addresses)
    while waiting:
        check_alive(children)
        waiting = [address for address in waiting if not _answers(address)]
        if waiting and time.monotonic() > deadline:
            raise LaunchError("no answer from " + ", ".join(address.url for address in waiting))
        time.sleep(POLL.total_seconds())


def _answers(address: Address) -> bool:
    """Ask over real HTTP; a redirect is an answer, a server error is not."""
    host = urlsplit(address.url).hostname or ""
    connection = http.client.HTTPConnection(host, address.port, timeout=PROBE_TIMEOUT.total_seconds())
    try:
        connection.request("GET", address.probe)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def summary(layout: Layout, people: str) -> str:
    """Return what the terminal shows once everything answers: one line for each address, then the people."""
    addresses = layout.addresses
    width = max(len(address.url) for address in addresses)
    lines = [f"{address.url:<{width}}  {address.what.vi} ({address.what.en})" for address in addresses]
    hint = f"Người dân mẫu để đăng ký (people to register as): http://{HOST}:{layout.simulator_port}/"
    return "\n".join([*lines, "", people.strip(), hint, "", "ready"])


if __name__ == "__main__":
    sys.exit(main())
