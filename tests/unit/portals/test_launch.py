"""The launcher's own words and refusals."""

import errno
import socket

import pytest

from portals.embedded import ADDRESSES, Address
from portals.launch import LaunchError, refuse_busy_ports, summary
from portals.relying_party.config import Text


class NoRoom:
    """A socket of a machine on which some ports are taken: the kernel's part, which unit tests do without."""

    taken: frozenset[int] = frozenset()
    error = errno.EADDRINUSE

    def __enter__(self) -> "NoRoom":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def setsockopt(self, *_: object) -> None:
        return

    def bind(self, address: tuple[str, int]) -> None:
        if address[1] in self.taken:
            raise OSError(self.error, "the kernel's words")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> type[NoRoom]:
    class Machine(NoRoom):
        pass

    monkeypatch.setattr(socket, "socket", Machine)
    return Machine


def test_a_free_machine_is_accepted(machine: type[NoRoom]) -> None:
    assert machine.taken == frozenset()
    refuse_busy_ports(ADDRESSES)


def test_taken_ports_are_named_in_one_line(machine: type[NoRoom]) -> None:
    machine.taken = frozenset({8102, 8300})
    with pytest.raises(LaunchError) as caught:
        refuse_busy_ports(ADDRESSES)
    assert str(caught.value) == ("port 8102, 8300 is in use by another program: stop it, then run `make run` again")


def test_a_port_that_cannot_be_used_is_named_with_the_reason(machine: type[NoRoom]) -> None:
    machine.taken, machine.error = frozenset({8000}), errno.EACCES
    with pytest.raises(LaunchError, match="port 8000 cannot be used: the kernel's words"):
        refuse_busy_ports(ADDRESSES)


def test_the_summary_has_a_line_for_each_address_the_people_and_ready_last() -> None:
    addresses = [
        Address("http://127.0.0.1:1", 1, Text("Một", "One")),
        Address("http://127.0.0.1:10", 10, Text("Mười", "Ten")),
    ]
    lines = summary(addresses, "001899000001 / demo-Password-1\n").splitlines()
    assert lines[:4] == [
        "http://127.0.0.1:1   Một (One)",
        "http://127.0.0.1:10  Mười (Ten)",
        "",
        "001899000001 / demo-Password-1",
    ]
    assert "http://127.0.0.1:8200/" in lines[4]
    assert lines[-1] == "ready"
