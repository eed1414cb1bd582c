"""`idp accounts wrap`: imported hashes that stand as they came are put inside hashes of ours, while people sign in."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from idp.adapters.hashing.parameters import Argon2Parameters
from idp.adapters.hashing.wrapping import Argon2Wrapper
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.output import AsJson, say, say_json
from idp.cli.session import operator_event, run
from idp.factors.password.errors import PasswordHashBrokenError
from idp.factors.password.hash_wrapping import WrappingProgress, wrap_stored_hashes
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey

_BATCH = 200
_CORES = os.cpu_count() or 1

Threads = Annotated[int, typer.Option(min=1, help="How many hashes are made at once; each takes a core and 19 MiB.")]


def wrap_command(*, threads: Threads = _CORES, as_json: AsJson = False) -> None:
    """Wrap imported password hashes that an import left as they came; stopped, run it again."""
    done, seconds = run(lambda foundation: _wrap(foundation, threads))
    if as_json:
        say_json({"wrapped": done.wrapped, "unreadable": done.unreadable})
        return
    say(f"{done.wrapped} hashes wrapped, {done.wrapped / max(seconds, 0.001):,.0f} a second.")
    if done.unreadable:
        say(f"{done.unreadable} are no hashes of a known kind; their owners recover their accounts.")


def wrapper_of(root: RootKey) -> Argon2Wrapper:
    """Return what wraps hashes so that servers open them: the parameters and the pepper of their pool."""
    return Argon2Wrapper(Argon2Parameters(), root.raw(KeyPurpose.PASSWORDS))


async def _wrap(foundation: Foundation, threads: int) -> tuple[WrappingProgress, float]:
    wrapper, clock, done = wrapper_of(foundation.root_key), foundation.clock, WrappingProgress()
    began = clock.now()

    def wrap(stored: str) -> str | None:
        try:
            return wrapper.wrap(stored)
        except PasswordHashBrokenError:
            return None

    with ThreadPoolExecutor(threads) as pool:

        async def wrap_all(stored: Sequence[str]) -> Sequence[str | None]:
            loop = asyncio.get_running_loop()
            return await asyncio.gather(*(loop.run_in_executor(pool, wrap, one) for one in stored))

        async for progress in wrap_stored_hashes(foundation.database.unwrapped_hashes, wrap_all, _BATCH):
            done = progress
    counts = {"wrapped": str(done.wrapped), "unreadable": str(done.unreadable)}
    event = operator_event(EventName.HASHES_WRAPPED, clock.now(), reason="wrapped", details=counts)
    await foundation.database.ledger.commit(event)
    return done, (clock.now() - began).total_seconds()
