"""The launcher's own words and refusals."""

import errno
import socket

import pytest

from portals.embedded import STANDARD, Layout
from portals.launch import LaunchError, refuse_busy_ports, summary


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
    refuse_busy_ports(STANDARD.addresses)


def test_taken_ports_are_named_in_one_line(machine: type[NoRoom]) -> None:
    machine.taken = frozenset({8102, 8300})
    with pytest.raises(LaunchError) as caught:
        refuse_busy_ports(STANDARD.addresses)
    assert str(caught.value) == ("port 8102, 8300 is in use by another program: stop it, then run `make run` again")


def test_a_port_that_cannot_be_used_is_named_with_the_reason(machine: type[NoRoom]) -> None:
    machine.taken, machine.error = frozenset({8000}), errno.EACCES
    with pytest.raises(LaunchError, match="port 8000 cannot be used: the kernel's words"):
        refuse_busy_ports(STANDARD.addresses)


def test_the_summary_has_a_line_for_each_address_the_people_and_ready_last() -> None:
    lines = summary(STANDARD, "001899000001 / demo-Password-1\n").splitlines()
    assert lines[:2] == [
        "http://localhost:8000  Đăng nhập một lần quốc gia (National sign-on provider)",
        "http://127.0.0.1:8101  Cổng Dịch vụ công quốc gia (National Public Service Portal)",
    ]
    assert lines[8:10] == ["", "001899000001 / demo-Password-1"]
    assert lines[10].endswith(" http://127.0.0.1:8200/")
    assert lines[-1] == "ready"


def test_the_summary_of_moved_ports_names_no_well_known_one() -> None:
    text = summary(Layout(21000), "")
    assert "http://localhost:21000 " in text
    assert "http://127.0.0.1:21105 " in text
    assert text.count("http://127.0.0.1:21200") == 2
    assert ":8" not in text
