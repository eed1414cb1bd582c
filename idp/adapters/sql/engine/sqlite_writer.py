"""The one thread that writes to SQLite: it groups the jobs that wait into one durable transaction."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence

from msgspec import Struct

from idp.adapters.sql.engine.sqlite_errors import unavailable
from idp.adapters.sql.engine.statements import Row

MAX_GROUP = 256

Job = Callable[[sqlite3.Connection], Sequence[Row]]
Answer = Sequence[Row] | Exception | None


class TooLateError(Exception):
    """A claim of a job found that it was too late: only this job is undone."""


class _Waiting(Struct, frozen=True):
    job: Job
    answer: "asyncio.Future[Sequence[Row] | None]"


class SqliteWriter:
    """Runs jobs in the order they come, many to a transaction; answers leave after the group's COMMIT.

    The disk is waited for once for each group (an fsync costs more than a hundred rows). Every job stands under a
    savepoint, so a refused or failed one takes nothing of its neighbours with it.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = False
        # A daemon, because a process that dies without closing must not wait for work that never comes.
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> "asyncio.Future[Sequence[Row] | None]":
        """Queue a job; the future gives its rows, or None if it was too late. Cancelling it does not stop the job."""
        answer = self._loop.create_future()
        if self._closed:
            raise unavailable("the database is closed")
        self._waiting.put(_Waiting(job, answer))
        return answer

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        connection = self._connect()
        try:
            while (first := self._waiting.get()) is not None:
                group, last = self._gather(first)
                answers = _run_group(connection, [waiting.job for waiting in group])
                self._loop.call_soon_threadsafe(_deliver, group, answers)
                if last:
                    break
        finally:
            connection.close()

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
            if following is None:
                return group, True
            group.append(following)
        return group, False


def _run_group(connection: sqlite3.Connection, jobs: Sequence[Job]) -> list[Answer]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        answers = [_run_job(connection, job) for job in jobs]
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(connection)
        return [error] * len(jobs)
    return answers


def _run_job(connection: sqlite3.Connection, job: Job) -> Answer:
    connection.execute("SAVEPOINT job")
    answer: Answer
    try:
        answer = job(connection)
    except TooLateError:
        connection.execute("ROLLBACK TO job")
        answer = None
    except Exception as error:  # noqa: BLE001 (handed to the one who waits; the others of the group must go on)
        # A full disk may have undone the whole transaction already: then there is no savepoint, and the COMMIT of
        # the group must not pretend otherwise, so the error of this statement ends the group.
        connection.execute("ROLLBACK TO job")
        answer = error
    connection.execute("RELEASE job")
    return answer


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _deliver(group: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    for waiting, answer in zip(group, answers, strict=True):
        if waiting.answer.done():  # its task was cancelled; what it wanted is written all the same
            continue
        if isinstance(answer, Exception):
            waiting.answer.set_exception(answer)
        else:
            waiting.answer.set_result(answer)
