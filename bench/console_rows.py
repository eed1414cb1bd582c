"""Rows of a great store, made inside PostgreSQL: accounts, sessions, officers, events, sign-in metrics.

Sealed values and blind indexes are random bytes of the usual sizes: nothing that is measured opens or finds them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import asyncpg

from idp.audit.model import EventName

# How long the log is, and how many of its days have sign-in metrics.
DAYS, QUALITY_DAYS = 400, 31
_SLOTS = 10_000
_AT_ONCE = 1_000_000
_DAY = timedelta(days=1)
# Of ten thousand events of signing in. What is not here, and that is every act of an administrator, gets ten.
_OFTEN: Mapping[EventName, int] = {
    EventName.CODE_ISSUED: 1700,
    EventName.CODE_REDEEMED: 1700,
    EventName.TOKEN_ISSUED: 1100,
    EventName.REFRESH_ROTATED: 900,
    EventName.SESSION_STARTED: 900,
    EventName.PASSWORD_ACCEPTED: 800,
    EventName.FACTOR_ACCEPTED: 500,
    EventName.SESSION_ENDED: 300,
    EventName.LOGOUT_NOTICE_DELIVERED: 300,
    EventName.PASSWORD_REFUSED: 200,
    EventName.CODE_ACCEPTED: 150,
}
_FUNCTIONS = """
    -- Ids as `idp.kernel.ids` writes them: ten letters of the millisecond, sixteen of chance.
    CREATE FUNCTION bench_letter(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT substr('0123456789abcdefghijklmnopqrstuv', (n & 31)::int + 1, 1) $$;
    CREATE FUNCTION bench_stamp(ms bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT bench_letter(ms >> 43) || bench_letter(ms >> 38) || bench_letter(ms >> 33) || bench_letter(ms >> 28)
       || bench_letter(ms >> 23) || bench_letter(ms >> 18) || bench_letter(ms >> 13) || bench_letter(ms >> 8)
       || bench_letter(ms >> 3) || bench_letter(ms << 2) $$;
    CREATE FUNCTION bench_chance(tail text) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT substr(md5(tail), 1, 15) || '0' $$;
    CREATE FUNCTION bench_id(ms bigint, tail text) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT bench_stamp(ms) || bench_chance(tail) $$;
    -- The same number from 0 to before `below` for the same two, as evenly as chance.
    CREATE FUNCTION bench_pick(n bigint, what int, below bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS
    $$ SELECT (hashint8extended(n, what) & 4294967295) * below >> 32 $$;
    -- Likewise, but the low ones far oftener: a few clients have most of the people.
    CREATE FUNCTION bench_skewed(n bigint, what int, below bigint, power float8) RETURNS bigint
    IMMUTABLE LANGUAGE sql AS
    $$ SELECT floor(below * ((hashint8extended(n, what) & 4294967295) / 4294967296.0::float8) ^ power)::bigint $$;
"""
_PEOPLE = """
    CREATE TABLE bench_people AS
    SELECT n, bench_id($2 + n * 1000, 'person' || n) AS person_id, bench_id($2 + n * 1000 + 1, 'account' || n)
    AS account_id FROM generate_series(0, $1::bigint - 1) n
"""
# Proved of late, so that no job asks the register for them while pages are measured.
_ACCOUNTS = (
    """INSERT INTO persons (person_id, profile_sealed, created_at)
       SELECT person_id, sha512(person_id::bytea) || sha512(account_id::bytea) || sha256(person_id::bytea), $1::bigint
       FROM bench_people""",
    """INSERT INTO accounts (person_id, account_id, status, proof, locale, created_at, proved_at, account_kind)
       SELECT person_id, account_id, 'open', 'proved', 'vi', $1::bigint, $1::bigint + 37152000000000 + n,
         CASE WHEN n % 33 = 32 THEN 'officer' ELSE 'citizen' END FROM bench_people""",
    """INSERT INTO identifiers (person_id, account_id, blind_index, sealed, valid_from)
       SELECT person_id, account_id, sha256(person_id::bytea), sha384(person_id::bytea), $1::bigint
       FROM bench_people""",
    """INSERT INTO contacts (person_id, account_id, kind, blind_index, sealed, confirmed_at)
       SELECT person_id, account_id, 'phone', sha256(account_id::bytea), sha384(account_id::bytea), $1::bigint
       FROM bench_people""",
    """INSERT INTO passwords (person_id, account_id, password_hash, failures)
       SELECT person_id, account_id, '$argon2id$v=19$m=19456,t=2,p=1$' || md5(person_id) || '$' || md5(account_id), 0
       FROM bench_people WHERE $1::bigint > 0""",
    """INSERT INTO sessions (person_id, session_id, secret_hash, account_id, auth_time, acr, amr, created_at,
         expires_at, factor_at, browser)
       SELECT person_id, bench_id($1::bigint / 1000 + n, 'session' || n), sha256(('cookie' || n)::bytea), account_id,
         $1::bigint, 'loa2', 'pwd', $1::bigint, $1::bigint + 3153600000000000, $1::bigint, 'Firefox, Windows'
       FROM bench_people""",
    # Every thirty-third account is an officer's, at an agency of its number; the head of the list has more.
    """INSERT INTO officers (person_id, account_id, agency, post, officer_code, starts_at, ends_at, issued_by,
         created_at)
       SELECT person_id, account_id, a.code, 'Công chức một cửa', 'BENCH-' || p.n, $1::bigint,
         $1::bigint + 3153600000000000, 'bench', $1::bigint
       FROM bench_people p JOIN bench_agencies a
         ON a.n = bench_skewed(p.n, 20, (SELECT count(*) FROM bench_agencies), 1.5) WHERE p.n % 33 = 32""",
)
# In the order of time, and the nights quieter than the days (three hours of shift, a sine of the day).
_EVENTS = """
    INSERT INTO audit_events (event_id, name, at, correlation_id, address, port, person_id, client_id, session_id,
      reason, details)
    SELECT t.stamp || bench_chance('event' || t.n), k.name, t.us, t.stamp || bench_chance('request' || t.n),
      '2001:db8::' || to_hex(bench_pick(t.n, 3, 65536)), 1024 + bench_pick(t.n, 4, 60000),
      CASE WHEN k.of_person THEN p.person_id END,
      CASE WHEN k.of_client THEN c.client_id END,
      CASE WHEN k.of_person AND NOT k.of_actor THEN t.stamp || bench_chance('session' || t.n / 6) END,
      '', CASE WHEN k.of_actor THEN '{{"actor":"' || a.account_id || '","actor_code":"' || a.officer_code || '"}}'
               WHEN k.of_client THEN '{{"acr":"loa2"}}' ELSE '{{}}' END
    FROM (SELECT n, us, bench_stamp(us / 1000) AS stamp
          FROM (SELECT n, $1::bigint + ({span}::float8 * n / {events})::bigint
                  + (10800000000 * sin(2 * pi() * {days} * n / {events}))::bigint AS us
                FROM generate_series($2::bigint, $3::bigint - 1) n OFFSET 0) s OFFSET 0) t
    JOIN bench_names k ON k.slot = bench_pick(t.n, 1, {slots})
    JOIN bench_people p ON p.n = bench_skewed(t.n, 2, {people}, 1.5)
    JOIN bench_clients c ON c.n = bench_skewed(t.n, 5, {clients}, 3)
    JOIN bench_actors a ON a.n = bench_skewed(t.n, 6, {actors}, 2)
"""
# Of each sign-in: its start, the page it came to, its end, and sometimes a failure before.
_QUALITY = """
    INSERT INTO quality_counts (hour_at, measure, client_id, service_class, method, step, cause, slot, amount)
    SELECT hour_at, measure, client_id, 'filing', method, step, cause, slot, count(*) FROM (
        SELECT $1::bigint + h * 3600000000 AS hour_at, c.client_id, m.measure, m.method, m.step, m.cause, m.slot
        FROM generate_series(0, $2::bigint - 1) h CROSS JOIN generate_series(0, $3::bigint - 1) i
        JOIN bench_clients c ON c.n = bench_skewed(h * 100000 + i, 7, {clients}, 3)
        CROSS JOIN LATERAL (
            SELECT bench_pick(h * 100000 + i, 8, 100) AS luck,
              CASE bench_pick(h * 100000 + i, 9, 4) WHEN 0 THEN 'password_otp' WHEN 1 THEN 'passkey'
                ELSE 'password' END AS method, bench_pick(h * 100000 + i, 10, 12) AS slot) d
        CROSS JOIN LATERAL (
            SELECT 'start' AS measure, '' AS method, 'sign_in' AS step, '' AS cause, 0 AS slot
            UNION ALL SELECT 'reached', '', 'sign_in', '', 0
            UNION ALL SELECT 'reached', '', 'second_step', '', 0 WHERE d.method = 'password_otp'
            UNION ALL SELECT 'completion', d.method, '', '', d.slot::int WHERE d.luck < 85
            UNION ALL SELECT 'refusal', '', '', 'access_denied', 0 WHERE d.luck BETWEEN 85 AND 89
            UNION ALL SELECT 'failure', '', 'sign_in', 'wrong_credentials', 0 WHERE d.luck % 7 = 0) m) counted
    GROUP BY hour_at, measure, client_id, method, step, cause, slot
"""
_QUALITY_HOURS = """
    INSERT INTO quality_hours (hour_at, measure, method, step, cause, slot, amount)
    SELECT hour_at, measure, method, step, cause, slot, sum(amount) FROM quality_counts
    GROUP BY hour_at, measure, method, step, cause, slot
"""
# As the job adds them up (`idp/worker/metrics_rollup.py`): days in Vietnam that are over.
_QUALITY_DAYS = """
    INSERT INTO quality_days (day_at, client_id, measure, service_class, method, step, cause, slot, amount)
    SELECT day_at, client_id, measure, service_class, method, step, cause, slot, sum(amount) FROM (
        SELECT (hour_at + 25200000000) / 86400000000 * 86400000000 - 25200000000 AS day_at, counts.*
        FROM quality_counts counts) hours
    WHERE day_at + 97200000000 <= $1
    GROUP BY day_at, client_id, measure, service_class, method, step, cause, slot
    ORDER BY day_at, client_id, measure, service_class, method, step, cause, slot
"""
Tell = Callable[[str], None]


async def load_people(connection: asyncpg.Connection, accounts: int, now: datetime) -> None:
    """Make accounts, each with a session; every thirty-third is an officer's. `bench_agencies` names the agencies."""
    began = now - (DAYS + 30) * _DAY
    await connection.execute(_FUNCTIONS)
    await connection.execute("CREATE TABLE bench_people (n bigint, person_id text, account_id text)")
    await connection.execute(
        _PEOPLE.replace("CREATE TABLE bench_people AS", "INSERT INTO bench_people"), accounts, _ms(began)
    )
    for one in _ACCOUNTS:
        await connection.execute(one, _ms(began) * 1000)
    await connection.execute("ANALYZE")


async def load_events(connection: asyncpg.Connection, events: int, now: datetime, tell: Tell) -> None:
    """Make the log of the last days; `bench_clients` and `bench_actors` say who had a part in it."""
    await connection.execute(
        "CREATE TABLE bench_names (slot int, name text, of_person bool, of_client bool, of_actor bool)"
    )
    await connection.copy_records_to_table("bench_names", records=_names())
    indexes = await _indexes(connection)
    await connection.execute("ALTER TABLE audit_events DROP CONSTRAINT pk_audit_events")
    for name in indexes:
        await connection.execute(f"DROP INDEX {name}")
    # An hour before now at the latest, the shift of the day included.
    statement = _EVENTS.format(
        span=int((DAYS * _DAY).total_seconds() * 1_000_000),
        events=events,
        days=DAYS,
        slots=_SLOTS,
        people=await _size(connection, "bench_people"),
        clients=await _size(connection, "bench_clients"),
        actors=await _size(connection, "bench_actors"),
    )
    start = _ms(now - DAYS * _DAY - timedelta(hours=4)) * 1000
    for first in range(0, events, _AT_ONCE):
        await connection.execute(statement, start, first, min(first + _AT_ONCE, events))
        tell(f"{min(first + _AT_ONCE, events):,} events")
    await connection.execute("ALTER TABLE audit_events ADD CONSTRAINT pk_audit_events PRIMARY KEY (event_id)")
    for name, definition in indexes.items():
        tell(f"index {name}")
        await connection.execute(definition)


async def load_metrics(connection: asyncpg.Connection, sign_ins: int, now: datetime) -> None:
    """Make numbers of the last days, so many sign-ins in each hour."""
    hour = now.replace(minute=0, second=0, microsecond=0) - QUALITY_DAYS * _DAY
    statement = _QUALITY.format(clients=await _size(connection, "bench_clients"))
    await connection.execute(statement, _ms(hour) * 1000, QUALITY_DAYS * 24, sign_ins)
    await connection.execute(_QUALITY_HOURS)
    await connection.execute(_QUALITY_DAYS, _ms(now) * 1000)
    await connection.execute("INSERT INTO quality_days_added SELECT DISTINCT day_at FROM quality_days")


def _names() -> list[tuple[int, str, bool, bool, bool]]:
    names = [name for name, slots in _OFTEN.items() for _ in range(slots)]
    seldom = [name for name in EventName if name not in _OFTEN]
    names += [seldom[place % len(seldom)] for place in range(_SLOTS - len(names))]
    return [(slot, name.value, *_parts(name)) for slot, name in enumerate(names)]


def _parts(name: EventName) -> tuple[bool, bool, bool]:
    """Say whether an event is of a person, of a client, and of an administrator who acted."""
    subject, what, _ = name.split(":")
    of_actor = subject == "admin"
    return subject not in {"operator", "admin"}, subject == "client" or what in {"client", "consent"}, of_actor


async def _indexes(connection: asyncpg.Connection) -> dict[str, str]:
    rows = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_events' AND indexname <> 'pk_audit_events'"
    )
    return {row["indexname"]: row["indexdef"] for row in rows}


async def _size(connection: asyncpg.Connection, table: str) -> int:
    return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
