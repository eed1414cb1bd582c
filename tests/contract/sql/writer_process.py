"""A process that redeems codes as fast as it can and says which were acknowledged, until it is killed."""

import asyncio
import sys

from idp.adapters.sql.database import open_database
from idp.grants.model import StartFamily, StartGrant
from tests.support.running.sql_stores import NOW, event, family_of, grant_of, signed_in

WORKERS = 16


async def write_forever(url: str) -> None:
    database = await open_database(url)
    session = await signed_in(database)

    async def work() -> None:
        while True:
            grant = grant_of(session)
            recorded = event()
            if await database.ledger.commit(
                StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family_of(grant)), recorded
            ):
                # One short write to a pipe is whole or absent, so a line that arrived is an acknowledgement.
                sys.stdout.write(f"{grant.id} {recorded.id}\n")
                sys.stdout.flush()

    await asyncio.gather(*(work() for _ in range(WORKERS)))


if __name__ == "__main__":
    asyncio.run(write_forever(sys.argv[1]))
