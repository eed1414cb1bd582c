"""What one administrator may ask about in a loaded store: ids and words, spread over everything that there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import asyncpg

from bench.console_rows import DAYS, QUALITY_DAYS
from bench.console_store import PROVINCE, Size
from idp.audit.model import EventName
from idp.kernel.ids import first_id
from idp.officers.roles import Role
from idp.settings.names import SettingName

# So many of each kind take turns.
EACH = 40
_TAIL = 10
# Of the country everything, of a province what is its own or below it.
_CLIENTS = "SELECT client_id FROM clients WHERE COALESCE(agency, '') LIKE $1 ORDER BY client_id"
_BUSIEST = "SELECT client_id FROM bench_clients WHERE n < 200 ORDER BY n"
_SANDBOX = f"""
    SELECT client_id FROM ({_CLIENTS}) mine JOIN clients USING (client_id)
    WHERE CAST(convert_from(document, 'UTF8') AS json) ->> 'stage' = 'sandbox'
"""
_AGENCIES = "SELECT code FROM agencies WHERE code LIKE $1 ORDER BY code"
_ADMINISTRATORS = "SELECT DISTINCT account_id FROM admin_roles WHERE agency LIKE $1 ORDER BY account_id"
_CHANGES = "SELECT change_id FROM changes WHERE agency LIKE $1 ORDER BY change_id"
_WAITING = "SELECT change_id FROM changes WHERE agency LIKE $1 AND state = 'proposed' ORDER BY change_id"
_PEOPLE = "SELECT account_id FROM bench_people WHERE n < 1000 ORDER BY n"
# Citizens: an officer is shown to nobody there.
_SOUGHT = "SELECT account_id FROM bench_people WHERE n < 1000 AND n % 33 <> 32 ORDER BY n"
_EVENT = "SELECT event_id FROM audit_events WHERE event_id > $1 ORDER BY event_id LIMIT 1"
_EVENT_OF = "SELECT event_id FROM audit_events WHERE client_id = $2 AND event_id > $1 ORDER BY event_id LIMIT 1"
_OLDEST = "SELECT event_id FROM audit_events ORDER BY event_id LIMIT 1 OFFSET $1"


@dataclass(frozen=True, slots=True)
class Facts:
    """Values by kind. `tails`: after which object of a kind a list has only ten."""

    values: Mapping[str, Sequence[str]]
    tails: Mapping[str, str]
    size: Size
    # The role that they hold, and filters of lists that it may not use.
    role: Role
    withheld: frozenset[str] = frozenset()

    def of(self, kind: str) -> Sequence[str]:
        """Return values of a kind; none where nothing is known of it."""
        return self.values.get(kind, ())

    def tail(self, kind: str) -> str:
        """Return after which object of a kind few follow."""
        return self.tails.get(kind, "")

    def spans(self, *, api: bool, longest: int) -> list[tuple[str, str]]:
        """Return stretches of up to so many days, as page or API write them; long ones from all over the log."""
        random, loaded = Random(2), self.size.loaded_at
        earliest, found = DAYS if longest > QUALITY_DAYS else QUALITY_DAYS, []
        for _ in range(EACH):
            days = random.randrange(8, earliest)
            since = loaded - timedelta(days=days)
            until = since + timedelta(days=random.randrange(1, min(longest, days)))
            found.append((_written(since, api=api), _written(until, api=api)))
        return found

    def lately(self, longest: int) -> list[str]:
        """Return times of the last week, from which on there are less than so many days."""
        ago = range(1, min(7, longest))
        return [_written(self.size.loaded_at - timedelta(days=days), api=True) for days in ago]

    def days(self) -> list[str]:
        """Return days of the last month that are over."""
        return [(self.size.loaded_at - timedelta(days=days)).date().isoformat() for days in range(3, 30)]


async def gather_facts(url: str, size: Size, *, national: bool) -> Facts:
    """Return the facts of the operator of the country, or of the administrator of the largest province."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), command_timeout=None)
    try:
        return await _gather(connection, size, national=national)
    finally:
        await connection.close()


async def _gather(connection: asyncpg.Connection, size: Size, *, national: bool) -> Facts:
    pattern, random = "%" if national else f"{PROVINCE}%", Random(1)

    async def column(statement: str, *arguments: object) -> list[str]:
        return [str(row[0]) for row in await connection.fetch(statement, *arguments)]

    clients, agencies = await column(_CLIENTS, pattern), await column(_AGENCIES, pattern)
    everything = {
        "clients": clients,
        "agencies": agencies,
        "administrators": await column(_ADMINISTRATORS, pattern),
        "sandbox": await column(_SANDBOX, pattern),
        "changes": await column(_CHANGES, pattern),
        "waiting": await column(_WAITING, pattern),
        "account_id": await column(_PEOPLE) if national else [],
        "sought": await column(_SOUGHT) if national else [],
    }
    values = {kind: _spread(found, random) for kind, found in everything.items()}
    values["events"] = await _events(connection, size, [] if national else clients)
    # The busiest are looked for too.
    busiest = [client_id for client_id in await column(_BUSIEST) if client_id in clients]
    values["client_id"] = [*busiest[:5], *values["clients"]][:EACH]
    values["actor"] = values["administrators"]
    values["name"] = [name.value for name in EventName]
    values["settings"] = [name.value for name in SettingName]
    values["below"] = values["agencies"]
    values["q"] = ["Mẫu", "xa mau", "Agency", *(f"mau {code}" for code in values["agencies"])][:EACH]
    tails = {kind: found[-_TAIL - 1] for kind, found in everything.items() if len(found) > _TAIL}
    oldest = await column(_OLDEST, _TAIL)
    tails |= {"events": oldest[0]} if oldest else {}
    role = Role.NATIONAL_OPERATOR if national else Role.AGENCY_ADMINISTRATOR
    return Facts(values, tails, size, role, frozenset() if national else frozenset({"account_id"}))


def _spread(found: Sequence[str], random: Random) -> list[str]:
    return random.sample(found, min(EACH, len(found)))


async def _events(connection: asyncpg.Connection, size: Size, clients: Sequence[str]) -> list[str]:
    """Return events of all times; of these clients, if any are named."""
    random, found = Random(3), []
    for _ in range(EACH):
        at = first_id(size.loaded_at - timedelta(hours=random.randrange(5, DAYS * 24)))
        one = connection.fetchval(_EVENT_OF, at, random.choice(clients)) if clients else connection.fetchval(_EVENT, at)
        found.append(await one)
    return [str(one) for one in found if one is not None]


def _written(at: datetime, *, api: bool) -> str:
    return at.isoformat() if api else at.date().isoformat()
