"""A process that publishes a sealed audit log entry by entry and says so after each, until it is killed."""

import asyncio
import sys
from collections.abc import Mapping, Sequence

from idp.adapters.sql.database import open_database
from idp.adapters.sql.transparency import SqlTransparencyLog
from idp.audit.merkle import Subtree
from idp.transparency.model import LogEntry, Position
from idp.transparency.publishing import PublishingPolicy
from records.structs import replace
from tests.support.rigs.transparent_system import TransparentSystem
from tests.support.running.sql_stores import HOUR, NOW

ONE_AT_A_TIME = PublishingPolicy(entries_at_once=1)


class _Telling(SqlTransparencyLog):
    """The log, and a line to whoever waits for it."""

    async def append(
        self, before: Position, after: Position, entries: Sequence[LogEntry], nodes: Mapping[Subtree, bytes]
    ) -> bool:
        done = await super().append(before, after, entries, nodes)
        sys.stdout.write(f"{after.entries}\n")
        sys.stdout.flush()
        return done


async def publish(url: str) -> None:
    database = await open_database(url)
    publisher = await TransparentSystem(database).publisher(NOW + HOUR, ONE_AT_A_TIME)
    telling = _Telling(database.transparency._engine)
    await replace(publisher, log=telling).publish(NOW + HOUR)
    await database.close()


if __name__ == "__main__":
    asyncio.run(publish(sys.argv[1]))
