"""The guard of tests/conftest.py is on for every test of this folder."""

import asyncio
import socket

import pytest

ANYWHERE = ("127.0.0.1", 9)
REFUSAL = "unit tests open no sockets"


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_connecting_fails_the_test(family: socket.AddressFamily) -> None:
    with socket.socket(family) as sock, pytest.raises(pytest.fail.Exception, match=REFUSAL):
        sock.connect(ANYWHERE)


def test_connecting_with_a_result_code_fails_the_test() -> None:
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match=REFUSAL):
        sock.connect_ex(ANYWHERE)


def test_listening_fails_the_test() -> None:
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match=REFUSAL):
        sock.bind(("127.0.0.1", 0))


def test_sending_a_datagram_fails_the_test() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(pytest.fail.Exception, match=REFUSAL):
        sock.sendto(b"x", ANYWHERE)


def test_looking_up_a_name_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match="look-up of 'localhost'"):
        socket.create_connection(("localhost", 9))


def test_code_that_catches_every_exception_does_not_swallow_the_failure() -> None:
    def careless() -> None:
        try:
            socket.create_connection(("localhost", 9))
        except Exception:  # noqa: BLE001  # that it catches everything is the point
            return

    with pytest.raises(pytest.fail.Exception, match=REFUSAL):
        careless()


async def test_the_event_loop_refuses_a_connection() -> None:
    with pytest.raises(pytest.fail.Exception, match=REFUSAL):
        await asyncio.open_connection(*ANYWHERE)


async def test_the_event_loop_and_its_threads_still_work() -> None:
    assert await asyncio.to_thread(lambda: 7) == 7


def test_socket_pairs_stay_open() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        assert right.recv(1) == b"x"
