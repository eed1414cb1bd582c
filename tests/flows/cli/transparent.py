"""A store that has published a transparency log, and what serves copies of it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from clients.model import ClientId
from idp.kernel.ids import first_id, made_at
from tests.flows.cli.operator import Operator, entry
from tests.support.operator import Done, run_idp
from tests.support.running.provider import Provider

OLD, YOUNGER = timedelta(minutes=50), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PublicLog:
    """What was published: the folder of the store, and the checkpoint that somebody kept in between."""

    folder: Path
    kept: Path

    def changed(self, folder: Path, *tampering: str) -> Path:
        """Make a copy of the store in a folder, and write to its database past the provider."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        tamper(folder, *tampering)
        return folder

    @contextmanager
    def served(self, folder: Path, *tampering: str) -> Iterator[Provider]:
        """Run a provider over such a copy."""
        self.changed(folder, *tampering)
        with Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db") as provider:
            yield provider


@dataclass(frozen=True, slots=True)
class LogEdge:
    """A web edge in this process that shows one log after another: no background job adds to them or signs them."""

    base: str
    folder: Path

    def show(self, folder: Path) -> str:
        """Show the log of another store and return the address. It reads what is stored anew for every answer."""
        with closing(sqlite3.connect(self.folder / "idp.db")) as database, database:
            database.execute("ATTACH ? AS other", (str(folder / "idp.db"),))
            found = database.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'transparency\\_%' ESCAPE '\\'")
            for (table,) in found.fetchall():
                database.execute(f"DELETE FROM main.{table}")
                database.execute(f"INSERT INTO main.{table} SELECT * FROM other.{table}")
        return self.base


def tamper(folder: Path, *statements: str, parameters: tuple[object, ...] = ()) -> None:
    """Write to the database past the provider."""
    with closing(sqlite3.connect(folder / "idp.db")) as database, database:
        for statement in statements:
            database.execute(statement, parameters)


def publish(folder: Path, clients: int = 5) -> PublicLog:
    """Register clients and change keys, seal and publish, keep the checkpoint, and then do more."""
    operator = Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")
    operator.good(
        "clients", "apply", operator.client_file(*(entry(ClientId(f"tinh-{n}"), contacts=["a@b.vn"]) for n in range(5)))
    )
    portals = [entry(ClientId(f"tinh-{n}"), contacts=["a@b.vn"]) for n in range(clients)]
    operator.good("clients", "apply", operator.client_file(*portals))
    operator.good("clients", "apply", operator.client_file(entry(ClientId("tinh-0"), scope="openid")))
    age(folder / "idp.db", OLD)
    operator.good("audit", "seal")
    operator.good("transparency", "publish")
    kept = folder / "kept.jws"
    with closing(sqlite3.connect(folder / "idp.db")) as database:
        ((signed,),) = database.execute("SELECT signed FROM transparency_heads").fetchall()
    kept.write_text(f"{signed}\n")
    operator.good("clients", "rotate-secret", "tinh-1")
    operator.good("clients", "disable", "tinh-2")
    operator.good("keys", "rotate", "--now")
    age(folder / "idp.db", YOUNGER, only_new=True)
    operator.good("audit", "seal")
    operator.good("transparency", "publish")
    return PublicLog(folder, kept)


def age(file: Path, by: timedelta, *, only_new: bool = False) -> None:
    """Let time go by: nothing is sealed before it has settled.

    With `only_new`, what was aged before stays as it is; the rest comes late into the range of the first checkpoint.
    """
    with closing(sqlite3.connect(file)) as database, database:
        ids = [str(row[0]) for row in database.execute("SELECT event_id FROM audit_events ORDER BY event_id")]
        newest = made_at(ids[-1])
        assert newest is not None
        for id_ in ids:
            made = made_at(id_)
            assert made is not None
            if only_new and made < newest - OLD / 2:
                continue
            # Nine letters are all of the time but its last three bits.
            older = first_id(made - by)[:9] + id_[9:]
            database.execute("UPDATE audit_events SET event_id = ? WHERE event_id = ?", (older, id_))


def verify(base: str, *options: str | Path) -> Done:
    """Run `idp transparency verify` as an auditor who has nothing of the provider but its address."""
    arguments = ["transparency", "verify", "--from", base, *map(str, options)]
    return run_idp(arguments, {"PATH": "/usr/bin:/bin", "IDP_EGRESS_ALLOW": "localhost,127.0.0.1"})


def findings(done: Done) -> list[tuple[object, object]]:
    """Return what was found, and where; the exit code fits it."""
    document = orjson.loads(done.out)
    serious = [one for one in document["findings"] if one["serious"]]
    assert (done.code, document["intact"]) == ((1, False) if serious else (0, True)), done.err
    return [(one["kind"], one.get("index")) for one in serious]
