"""A source of addresses that answers by script, as a name server in hostile hands could."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult


class ScriptedResolver(AbstractResolver):
    """Answers each look-up of any name with the next list of addresses, or the next error."""

    def __init__(self, *answers: list[str] | OSError) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked += 1
        answer = self._answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return [
            ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0) for one in answer
        ]

    async def close(self) -> None:
        """Hold nothing."""
