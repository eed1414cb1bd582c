"""What a process imports: a command what it calls, a server what it serves. Modules are counted, never seconds."""

import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import typer
from typer.main import get_group

from idp.cli.program import COMMANDS, load_command, program
from migrations.runner import upgrade
from tests.support.patience import patient

REPOSITORY = Path(__file__).resolve().parents[2]
STORES = {"sqlalchemy", "alembic", "sqlite3", "aiosqlite", "asyncpg", "redis", "hiredis"}
LINES = {"aiohttp", "uvicorn", "starlette", "jinja2", "anyio"}
CREDENTIALS = {"webauthn", "OpenSSL", "pyasn1", "pyasn1_modules", "cbor2", "pyotp", "segno", "phonenumbers"}
SEALING = {"cryptography", "joserfc", "authlib", "argon2", "bcrypt", "zxcvbn"}
# Not pydantic: Typer reads a command line with it.
DOCUMENTS = {"pydantic_settings", "yaml", "structlog"}
# What every record of ours is made of.
RECORDS = {"msgspec"}

# The end of a process, whichever way it comes, tells what was imported.
TELLING = """
import atexit, sys
atexit.register(lambda: print("IMPORTED", *sys.modules, file=sys.stderr))
"""
COMMAND = """
sys.argv[0] = "idp"
from idp.cli import main
main()
"""
COMMANDS_OF_OPERATORS = """
from idp.cli.program import load_command
for name in sys.argv[1:]:
    load_command(name)
"""
SERVER = """
import asyncio
import server
from idp.environment import read_settings

async def start():
    waiting, told = asyncio.Queue(), asyncio.Queue()
    waiting.put_nowait({"type": "lifespan.startup"})
    running = asyncio.create_task(
        server.build(read_settings(), server.BACKGROUND)({"type": "lifespan"}, waiting.get, told.put)
    )
    assert await told.get() == {"type": "lifespan.startup.complete"}
    waiting.put_nowait({"type": "lifespan.shutdown"})
    await running

asyncio.run(start())
"""


def imported_by(source: str, *arguments: str, exit_code: int, environment: Mapping[str, str] | None = None) -> set[str]:
    """Run a program in a fresh interpreter and return the modules that it had imported when it ended."""
    done = subprocess.run(
        [sys.executable, "-c", TELLING + source, *arguments],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=patient(30),
        check=False,
    )
    assert done.returncode == exit_code, done.stderr
    return set(done.stderr.rpartition("IMPORTED ")[2].split())


def libraries(modules: set[str]) -> set[str]:
    """Return the packages that the modules are of."""
    return {module.partition(".")[0] for module in modules}


def test_help_and_a_typing_mistake_import_no_library_of_size() -> None:
    failures: dict[tuple[str, ...], set[str]] = {}
    for arguments, exit_code in ((("--help",), 0), (("--version",), 0), ((), 2), (("keyz",), 2), (("--hlep",), 2)):
        modules = imported_by(COMMAND, *arguments, exit_code=exit_code)
        ours = {
            module
            for module in modules
            if module.startswith(("idp", "clients", "keys", "records", "migrations", "portals"))
        }
        unwanted = libraries(modules) & (STORES | LINES | CREDENTIALS | SEALING | DOCUMENTS | RECORDS)
        unwanted |= ours - {"idp", "idp.cli", "idp.cli.collector", "idp.cli.program"}
        if unwanted:
            failures[arguments] = unwanted
    assert failures == {}


def test_a_command_imports_what_it_calls() -> None:
    without = CREDENTIALS | {"uvicorn", "starlette", "jinja2", "authlib"}
    # Without settings a command ends with 2, after it was imported.
    assert libraries(imported_by(COMMAND, "keys", "list", exit_code=2)) & without == set()
    groups = ("clients", "keys", "agencies", "audit", "transparency", "doctor", "worker")
    assert libraries(imported_by(COMMANDS_OF_OPERATORS, *groups, exit_code=0)) & without == set()
    without |= STORES | LINES | SEALING | DOCUMENTS
    assert libraries(imported_by(COMMAND, "passwords", "--help", exit_code=0)) & without == set()


def test_the_list_says_of_each_command_what_the_command_says_of_itself() -> None:
    differing = {
        name: (entry.help, paragraph)
        for name, entry in COMMANDS.items()
        if entry.help != (paragraph := first_paragraph(load_command(name).help or ""))
    }
    assert differing == {}
    assert list(get_group(program).commands) == list(COMMANDS)


def first_paragraph(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def test_a_server_on_sqlite_starts_without_the_libraries_of_commands_and_of_other_stores(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/idp.sqlite"
    upgrade(url)
    settings = {
        "IDP_ISSUER": "http://localhost:8000",
        "IDP_DATABASE_URL": url,
        "IDP_MASTER_KEY_FILE": f"{tmp_path}/master.key",
    }
    modules = imported_by(SERVER, exit_code=0, environment=settings)
    of_commands = {"typer", "alembic", "mako", "migrations", "markdown_it", "idp.cli", "portals"}
    of_other_stores = {"asyncpg", "redis", "idp.adapters.sql.engine.postgres_engine"}
    unneeded = {"sqlalchemy.orm", "sqlalchemy.ext.asyncio", "aiohttp.web", "pydantic.v1", "phonenumbers.geocoder"}
    assert (modules | libraries(modules)) & (of_commands | of_other_stores | unneeded) == set()
    # What it serves is there before the first request.
    assert {"idp.web.routes", "idp.adapters.webauthn.ceremonies", "idp.adapters.sql.engine.sqlite_engine"} <= modules


def test_every_module_can_be_imported() -> None:
    """A module that is imported when it is first wanted must not wait for an operator to show that it is broken."""
    failures: list[str] = []
    for package in ("idp", "clients", "keys", "records", "portals", "migrations"):
        for module in walk_packages([str(REPOSITORY / package)], f"{package}."):
            # Running one starts a program; Alembic alone can import its environment.
            if module.name.endswith(".__main__") or module.name == "migrations.env":
                continue
            try:
                import_module(module.name)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is reported with all others)
                failures.append(f"{module.name}: {error!r}")
    assert failures == []


def test_every_command_is_a_group_or_a_function_of_its_module() -> None:
    for name, entry in COMMANDS.items():
        module, _, attribute = entry.target.partition(":")
        found = getattr(import_module(module), attribute)
        assert isinstance(found, typer.Typer) or callable(found), name
