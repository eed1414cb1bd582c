"""The provider under test: a prepared store and one or more processes of `server.py` behind one issuer."""

import asyncio
import threading
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self, TypeVar

import orjson
import yaml
from msgspec import Struct

from clients.file import read_client_file
from clients.model import ClientId
from clients.plan import plan
from clients.service import apply, disable
from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
)
from idp.account.profiles import MASKED_NUMBER
from idp.adapters.hashing.argon2_pool import Argon2Pool
from idp.adapters.sql.database import Database, open_database
from idp.kernel.generations import open_root_key
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey
from idp.proofing.values.personal_numbers import masked_number
from keys.policy import RotationPolicy
from keys.providers.file import load_or_create_master_key
from keys.service import KeyService
from migrations.runner import upgrade
from tests.support.running.server_process import PROVIDER
from tests.support.running.servers import ServerProcess, free_port

T = TypeVar("T")
# Where listeners and simulators of the tests are.
_EGRESS = "127.0.0.1"


class Citizen(Struct, frozen=True):
    """A person with an account, all values safe ones (vietnam.md section 11)."""

    number: str
    password: str = "an-honest-long-Passphrase-7"
    name: str = "Nguyễn Thị Hoà"
    phone: str = "+84912345678"
    proof: ProofState = ProofState.PROVED


@dataclass(slots=True)
class Provider:
    """Prepares the store at `database_url` and runs `count` processes; `folder` holds key, client file and logs."""

    folder: Path
    database_url: str
    redis_url: str = ""
    count: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    # What the servers are told instead, when something stands between them and the database.
    server_database_url: str = ""
    argv: tuple[str | Path, ...] = PROVIDER
    servers: list[ServerProcess] = field(default_factory=list)
    _ports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ports = [free_port() for _ in range(self.count)]

    def __enter__(self) -> Self:
        self.servers = [self._server(port) for port in self._ports]
        # Each takes seconds of a processor: they start side by side.
        for server in self.servers:
            server.spawn()
        try:
            for server in self.servers:
                server.wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.kill9()

    @property
    def issuer(self) -> str:
        """The issuer of all processes: the address of the first."""
        return self.base(0)

    def base(self, place: int = 0) -> str:
        """Return the address of one process."""
        return f"http://localhost:{self._ports[place]}"

    def log_text(self) -> str:
        """Everything that all processes wrote."""
        return "".join(server.log_text() for server in self.servers)

    def prepare(self, clients: Sequence[Mapping[str, object]], citizens: Sequence[Citizen]) -> None:
        """Migrate the store, apply the clients as `idp clients apply` does, and open the accounts."""
        upgrade(self.database_url)
        self.apply_clients(clients)
        self.open_accounts(citizens)

    def open_accounts(self, citizens: Sequence[Citizen]) -> None:
        """Open accounts as registration would have done."""
        self.run(self._open_accounts(citizens))

    def account_of(self, number: str) -> str:
        """Return the id of the account under a personal number."""

        async def found() -> str:
            async with AsyncExitStack() as stack:
                database = await self._open(stack)
                root = await self.root_key(database)
                record = await database.accounts.for_sign_in(root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(number))
            assert record is not None
            return record.account.id

        return self.run(found())

    def apply_clients(self, clients: Sequence[Mapping[str, object]]) -> None:
        """Write the clients to a file and apply it."""
        path = self.folder / "clients.yaml"
        path.write_text(yaml.safe_dump({"clients": [dict(client) for client in clients]}, allow_unicode=True))
        self.run(self._apply(path))

    def disable_client(self, client_id: ClientId) -> None:
        """Do what `idp clients disable` does."""
        self.run(self._disable(client_id))

    def rotate_keys(self, lead: timedelta) -> None:
        """Do what `idp keys rotate` does, with a shorter lead than an operator would choose."""
        self.run(self._rotate(lead))

    def run(self, work: Coroutine[None, None, T]) -> T:
        """Run something asynchronous from a test, whether or not a loop runs in this thread."""
        results: list[T] = []
        failures: list[BaseException] = []

        def target() -> None:
            try:
                results.append(asyncio.run(work))
            except BaseException as error:  # noqa: BLE001 - carried to the caller's thread
                failures.append(error)

        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
        if failures:
            raise failures[0]
        return results[0]

    async def root_key(self, database: Database) -> RootKey:
        """Return the root key of the store."""
        master = load_or_create_master_key(self.folder / "master.key")
        return await open_root_key(database.data_keys, master.secret, datetime.now(UTC))

    def environment(self, port: int) -> dict[str, str]:
        """Return the settings of one process."""
        return {
            "IDP_ISSUER": self.issuer,
            "IDP_LISTEN": f"127.0.0.1:{port}",
            "IDP_DATABASE_URL": self.server_database_url or self.database_url,
            "IDP_REDIS_URL": self.redis_url,
            "IDP_PROCESSES": str(self.count),
            "IDP_MASTER_KEY_FILE": str(self.folder / "master.key"),
            "IDP_EGRESS_ALLOW": _EGRESS,
            **self.settings,
        }

    def _server(self, port: int) -> ServerProcess:
        log = self.folder / f"server-{port}.log"
        base_url, environment = f"http://localhost:{port}", self.environment(port)
        warm = self.argv == PROVIDER
        return ServerProcess(self.argv, base_url=base_url, environment=environment, log_path=log, warm=warm)

    async def _apply(self, path: Path) -> None:
        async with AsyncExitStack() as stack:
            database = await self._open(stack)
            pepper, now = (await self.root_key(database)).raw(KeyPurpose.CLIENT_SECRETS), datetime.now(UTC)
            wanted = read_client_file(path, now)
            await apply(database.clients, plan(await database.clients.load_all(), wanted, pepper, now), pepper, now)

    async def _disable(self, client_id: ClientId) -> None:
        async with AsyncExitStack() as stack:
            database = await self._open(stack)
            known = {client.client_id: client for client in await database.clients.load_all()}
            await disable(database.clients, known[client_id], datetime.now(UTC))

    async def _rotate(self, lead: timedelta) -> None:
        async with AsyncExitStack() as stack:
            database = await self._open(stack)
            master = load_or_create_master_key(self.folder / "master.key")
            await KeyService(database.keys, master, RotationPolicy()).rotate(datetime.now(UTC), lead)

    async def _open_accounts(self, citizens: Sequence[Citizen]) -> None:
        async with AsyncExitStack() as stack:
            database = await self._open(stack)
            root = await self.root_key(database)
            hasher = Argon2Pool(pepper=root.raw(KeyPurpose.PASSWORDS))
            stack.callback(hasher.close)
            hashes = {password: await hasher.hash(password) for password in {one.password for one in citizens}}
            for citizen in citizens:
                opening = opening_of(citizen, root, hashes[citizen.password])
                assert await database.ledger.commit(opening), f"{citizen.number} has an account already"

    async def _open(self, stack: AsyncExitStack) -> Database:
        database = await open_database(self.database_url)
        stack.push_async_callback(database.close)
        return database


def opening_of(citizen: Citizen, root: RootKey, password_hash: str) -> OpenAccount:
    """Return the effect that opens a citizen's account, as registration would have made it."""
    sealer, now = root.sealer(), datetime.now(UTC)
    profile: dict[str, object] = {
        "name": citizen.name,
        "birthdate": "1990-05-17",
        "phone_number": citizen.phone,
        "phone_number_verified": True,
        "updated_at": int(now.timestamp()),
        MASKED_NUMBER: masked_number(citizen.number),
    }
    number, phone, person_id = (
        root.hash_key(KeyPurpose.PERSONAL_NUMBERS),
        root.hash_key(KeyPurpose.PHONES),
        PersonId(new_id()),
    )
    return OpenAccount(
        account=Account(AccountId(new_id()), person_id, AccountStatus.OPEN, citizen.proof, "vi", now),
        number=SealedValue(
            number.digest(citizen.number), sealer.seal(citizen.number.encode(), NUMBER_PLACE.of(person_id))
        ),
        phone=SealedValue(phone.digest(citizen.phone), sealer.seal(citizen.phone.encode(), PHONE_PLACE.of(person_id))),
        profile_sealed=sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id)),
        password_hash=password_hash,
    )
