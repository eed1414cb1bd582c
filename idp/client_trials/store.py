"""Runs in the short-lived store: losing it ends them, and costs a start."""

from collections.abc import Sequence

import msgspec

from idp.client_trials.model import MAX_ATTEMPTS, MAX_RUNS, REPORT_LIFE, RUN_LIFE, RUNS_WINDOW, Attempt, TrialRun
from idp.kernel.ids import AccountId
from idp.kernel.shortlived import ShortLivedStore

_RUN, _REPORT = msgspec.msgpack.Decoder(TrialRun), msgspec.msgpack.Decoder(tuple[Attempt, ...])
_ENCODER = msgspec.msgpack.Encoder()


class TrialRunStore:
    """Keeps runs, which browser holds each, and their attempts."""

    def __init__(self, store: ShortLivedStore) -> None:
        self._store = store

    async def may_start(self, account_id: AccountId) -> bool:
        """Count a start and say whether the account may have it."""
        return await self._store.count(f"try-starts:{account_id}", RUNS_WINDOW) <= MAX_RUNS

    async def put(self, run: TrialRun) -> None:
        """Keep a new run."""
        await self._store.put(f"try-run:{run.id}", _ENCODER.encode(run), REPORT_LIFE)

    async def run(self, run_id: str) -> TrialRun | None:
        """Return a run, over or not."""
        raw = await self._store.get(f"try-run:{run_id}")
        return _RUN.decode(raw) if raw is not None else None

    async def bind(self, run_id: str, secret_hash: bytes) -> bool:
        """Give a run to the browser that holds a secret; False where one has it already."""
        return await self._store.put_if_absent(f"try-browser:{run_id}", secret_hash, RUN_LIFE)

    async def browser(self, run_id: str) -> bytes | None:
        """Return the hash of the secret that holds a run; None before it was opened and after it ended."""
        return await self._store.get(f"try-browser:{run_id}")

    async def end(self, run_id: str) -> None:
        """End a run: what marks it as over outlives the browser's mark, so it is never opened again."""
        await self._store.put(f"try-browser:{run_id}", b"", REPORT_LIFE)

    async def next_number(self, run_id: str) -> int | None:
        """Return the number of a new attempt; None after too many."""
        number = await self._store.count(f"try-attempts:{run_id}", REPORT_LIFE)
        return number if number <= MAX_ATTEMPTS else None

    async def expect(self, run_id: str, state: str, number: int) -> None:
        """Remember that an answer with this `state` belongs to an attempt."""
        await self._store.put(f"try-state:{run_id}:{state}", str(number).encode(), RUN_LIFE)

    async def expected(self, run_id: str, state: str) -> int | None:
        """Return the attempt that a `state` belongs to, once."""
        raw = await self._store.take(f"try-state:{run_id}:{state}")
        return int(raw) if raw is not None else None

    async def keep(self, run_id: str, attempt: Attempt) -> None:
        """Keep an attempt as it is now, in the place of what was kept of it. Of two tabs at once one may be lost."""
        others = [one for one in await self.attempts(run_id) if one.number != attempt.number]
        report = sorted((*others, attempt), key=lambda one: one.number)
        await self._store.put(f"try-report:{run_id}", _ENCODER.encode(report), REPORT_LIFE)

    async def attempts(self, run_id: str) -> Sequence[Attempt]:
        """Return the attempts of a run, in their order: one read."""
        raw = await self._store.get(f"try-report:{run_id}")
        return _REPORT.decode(raw) if raw is not None else ()
