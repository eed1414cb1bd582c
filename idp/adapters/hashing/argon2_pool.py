"""Argon2id in a bounded pool of threads (RFC 9106; OWASP parameters m=19 MiB, t=2, p=1)."""

import asyncio
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from typing import TypeVar

from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from msgspec import Struct

from idp.adapters.hashing.lanes import Lanes
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.adapters.hashing.wrapping import PEPPERED, argon2_of, costs_as, foreign_digest, keyed, wrapped_secret
from idp.factors.password.errors import PasswordHashBrokenError, PasswordTooLongError
from idp.factors.password.foreign_hashes import NO_PASSWORD, HashKind, read_foreign_hash
from idp.factors.password.policy import normal_form
from idp.factors.password.ports import Lane
from idp.factors.password.wrapped_hashes import WRAPPED, read_wrapped, recipe_of
from idp.kernel.errors import BusyError, TemporarilyUnavailableError

_Result = TypeVar("_Result")


class PoolLimits(Struct, frozen=True):
    """How many hashes run at once, how many of each lane may wait, and when to come again if that is too many.

    Argon2 releases the interpreter lock, so each thread takes a core: one core is left to the event loop. Who may
    come in is decided before (`idp.sign_in.admission`); the queue only bounds what is held.
    """

    threads: int = max(1, (os.cpu_count() or 2) - 1)
    queue: int = 1_000
    retry_after: timedelta = timedelta(seconds=2)


class Argon2Pool:
    """Hashes and verifies passwords; implements `PasswordHasher`.

    A hash of today's parameters costs one Argon2. Any other, brought along by an imported account, costs its own
    work and that Argon2 besides: cheap ones cannot be told by being quick. Dear ones can, so the caller lets an
    unknown account do the work of somebody else's hash (`pretend`). Without one a hash made here stands in.
    """

    def __init__(
        self,
        parameters: Argon2Parameters | None = None,
        limits: PoolLimits | None = None,
        *,
        pepper: bytes | None = None,
    ) -> None:
        """Make the pool; the first of its parameters in a process hashes once, for the dummy.

        With a pepper (SP 800-63B-4 3.1.1.2: a keyed hash whose key is kept apart) new hashes are those of the keyed
        password; without one, of the password.
        """
        self._pepper = pepper
        chosen = parameters or Argon2Parameters()
        self._limits = limits or PoolLimits()
        self._argon2 = argon2_of(chosen)
        self._dummy, self._seconds = _dummy_of(chosen)
        self._threads = ThreadPoolExecutor(self._limits.threads, thread_name_prefix="argon2")
        self._lanes = Lanes(self._limits.threads + self._limits.queue)
        self._count_lock = threading.Lock()
        self._operations = 0

    @property
    def operations(self) -> int:
        """How many times Argon2 was computed for callers."""
        return self._operations

    def per_second(self, cores: float) -> float:
        """Return how many passwords so many cores verify in a second, by how long the dummy took.

        By the time of the processor: what else the machine did at that moment is not the pool's pace.
        """
        return min(self._limits.threads, cores) / self._seconds

    async def hash(self, password: str, lane: Lane = Lane.ANYBODY) -> str:
        """Return the salted hash of the password's normal form; `PasswordTooLongError` beyond the cap."""
        normal = normal_form(password)
        if normal is None:
            raise PasswordTooLongError
        return await self._run(lambda: self._hashed(_encode(normal)), lane)

    async def pretend(
        self,
        hash: str | None,  # noqa: A002 - the word of the field
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> None:
        """Do the work of verifying and forget the answer."""
        await self.verify(hash, password, lane)

    async def verify(
        self,
        hash: str | None,  # noqa: A002 - the word of the field
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> bool:
        """Answer whether the password is right; None, an unknown account, costs the same and is always wrong."""
        # Too long is wrong for every account alike, so answering at once tells nothing about any.
        normal = normal_form(password)
        if normal is None:
            return False
        nothing = hash is None or hash == NO_PASSWORD
        stored = self._dummy if hash is None or nothing else hash
        matches = await self._run(lambda: self._matches(stored, normal), lane)
        return matches and not nothing

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002 - the word of the field
        """Answer whether the hash was made otherwise than today's are."""
        return hash.startswith(PEPPERED) != (self._pepper is not None) or not self.costs_one_argon2(hash)

    def costs_one_argon2(self, hash: str) -> bool:  # noqa: A002 - the word of the field
        """Answer whether verifying is today's work, with the pepper or without: nothing else is done beside it."""
        return costs_as(self._argon2, hash.removeprefix(PEPPERED))

    def close(self) -> None:
        """Drop what waits and let the threads end after the hash they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._lanes.drop()

    def _matches(self, stored: str, normal: str) -> bool:
        password, hash_ = _encode(normal), stored.removeprefix(PEPPERED)
        peppered = hash_ != stored
        if self.costs_one_argon2(stored):
            return self._is_argon2_of(hash_, password, peppered=peppered)
        if hash_.startswith(WRAPPED):
            # The Argon2 around it is today's work: nothing need be done beside.
            return self._is_wrapped_of(hash_, password, peppered=peppered)
        self._is_argon2_of(self._dummy, password)
        # Of other parameters once, if it is peppered; else another system's, or broken.
        foreign = read_foreign_hash(hash_)
        if foreign is None or (foreign.kind is not HashKind.ARGON2 and peppered):
            raise PasswordHashBrokenError("not a hash of a known kind")
        if foreign.kind is HashKind.ARGON2:
            return self._is_argon2_of(hash_, password, peppered=peppered)
        recipe, digest = recipe_of(foreign)
        return hmac.compare_digest(foreign_digest(recipe, password), digest)

    def _is_wrapped_of(self, stored: str, password: bytes, *, peppered: bool) -> bool:
        read = read_wrapped(stored)
        if read is None:
            raise PasswordHashBrokenError("not a wrapped hash")
        recipe, inner = read
        secret = wrapped_secret(recipe, foreign_digest(recipe, password), None)
        return self._is_argon2_of(inner, secret, peppered=peppered)

    def _hashed(self, password: bytes) -> str:
        made = self._argon2.hash(keyed(password, self._pepper))
        return made if self._pepper is None else PEPPERED + made

    def _is_argon2_of(self, stored: str, secret: bytes, *, peppered: bool = False) -> bool:
        if peppered:
            if self._pepper is None:
                raise PasswordHashBrokenError("a hash with a pepper, which is not loaded")
            secret = keyed(secret, self._pepper)
        try:
            return self._argon2.verify(stored, secret)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as error:
            raise PasswordHashBrokenError("not an Argon2 hash") from error

    async def _run(self, work: Callable[[], _Result], lane: Lane) -> _Result:
        """Run the work in a thread in its lane's turn, or refuse at once when every place of the lane is taken."""
        future: Future[_Result] = Future()
        if not self._lanes.take_place(lane, future):
            raise BusyError("the password queue is full", retry_after=self._limits.retry_after)
        self._lanes.put(lane, lambda: self._settle(future, work), future.cancel)
        try:
            self._threads.submit(self._do_next)
        except RuntimeError as error:
            future.cancel()
            raise TemporarilyUnavailableError("the password pool is closed") from error
        return await asyncio.wrap_future(future)

    def _do_next(self) -> None:
        job = self._lanes.next()
        job()

    def _settle(self, future: Future[_Result], work: Callable[[], _Result]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = self._counted(work)
        except Exception as error:  # noqa: BLE001 (it is the caller's)
            future.set_exception(error)
        else:
            future.set_result(result)

    def _counted(self, work: Callable[[], _Result]) -> _Result:
        with self._count_lock:
            self._operations += 1
        return work()


@cache
def _dummy_of(parameters: Argon2Parameters) -> tuple[str, float]:
    """Return a hash of a password that nobody knows, and the seconds of a processor that it took."""
    began = time.thread_time()
    made = argon2_of(parameters).hash(secrets.token_urlsafe(32))
    return made, max(time.thread_time() - began, 1e-6)


def _encode(normal: str) -> bytes:
    # A lone surrogate has no UTF-8 form; hashing it as it is beats failing on what a broken form field sent.
    return normal.encode("utf-8", "surrogatepass")
