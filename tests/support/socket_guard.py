"""Shuts the network for unit tests; socket pairs and Unix sockets, which event loops need, stay open."""

import socket
from typing import NoReturn

import pytest

_NETWORK = (socket.AF_INET, socket.AF_INET6)
_USES = ("connect", "connect_ex", "bind", "sendto", "sendmsg")


def shut_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every use of an internet socket, and every name lookup, fail the running test."""
    for name in _USES:
        _guard(monkeypatch, name)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse_lookup)


def _guard(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = getattr(socket.socket, name)

    def guarded(self: socket.socket, *arguments: object) -> object:
        if self.family in _NETWORK:
            _refuse(f"socket.{name}{arguments}")
        return real(self, *arguments)

    monkeypatch.setattr(socket.socket, name, guarded)


def _refuse_lookup(host: object, *_: object, **__: object) -> NoReturn:
    _refuse(f"look-up of {host!r}")


def _refuse(use: str) -> NoReturn:
    # pytest's failure is no Exception, so code under test that catches errors of the network cannot swallow it.
    pytest.fail(f"unit tests open no sockets, but this one did: {use}; a test that needs one belongs in tests/contract")
