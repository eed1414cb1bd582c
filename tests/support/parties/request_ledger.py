"""The client-side ledger of cases.md 3: on disk before a request is sent and after its answer was read."""

import os
from pathlib import Path

import orjson


class RequestLedger:
    """Appends one fsynced line for each fact. What has no answer line is *unknown*, however the sender died."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._count = 0

    def close(self) -> None:
        os.close(self._file)

    def sent(self, kind: str, token: str) -> int:
        """Note that a request is about to be sent, and return its number."""
        self._count += 1
        self._write({"n": self._count, "kind": kind, "token": token})
        return self._count

    def answered(self, number: int, status: int, **facts: str) -> None:
        """Note the answer of a request."""
        self._write({"n": number, "status": status, **facts})

    def replay(self) -> list[dict[str, str | int]]:
        """Return every request with its answer, if it has one, from the file alone."""
        requests: dict[int, dict[str, str | int]] = {}
        for line in self._path.read_bytes().splitlines():
            fact: dict[str, str | int] = orjson.loads(line)
            requests.setdefault(int(fact["n"]), {}).update(fact)
        return list(requests.values())

    def _write(self, fact: dict[str, str | int]) -> None:
        os.write(self._file, orjson.dumps(fact) + b"\n")
        os.fsync(self._file)
