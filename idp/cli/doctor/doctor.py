"""`idp doctor`: what is wrong, and what to do. It makes nothing; it writes a mark to find out whether that works."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from msgspec.structs import asdict

from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.guarded import GuardedCaller
from idp.adapters.sql.database import Database, open_database
from idp.cli.doctor.environment import check_security_text, check_settings
from idp.cli.doctor.findings import Finding, Verdict, fail, ok
from idp.cli.doctor.generations import check_generations
from idp.cli.doctor.mail import check_mail_server
from idp.cli.doctor.mutual_tls import check_authorities
from idp.cli.doctor.outbound_services import check_message_gateway, check_registers, check_short_lived_store
from idp.cli.doctor.store import (
    check_clients,
    check_clock,
    check_issuer,
    check_keys,
    check_officers,
    check_password_hashes,
    check_sealing,
)
from idp.cli.doctor.transparency import check_transparency
from idp.cli.doctor.upstreams import check_upstreams
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, say, say_json
from idp.cli.schema import check_schema
from idp.environment import Settings, SettingsError, read_settings
from idp.kernel.clock import SystemClock
from idp.kernel.errors import TemporarilyUnavailableError
from keys.errors import MasterKeyError
from keys.providers.file import load_master_keys
from keys.seal import MasterKey

_WIDTH = len("population register")


def doctor_command(*, as_json: AsJson = False) -> None:
    """Check settings, stores, keys, clock, clients and the lines to other systems. Exit code 1 if anything fails."""
    try:
        settings = read_settings()
    except SettingsError as error:
        findings = [fail("settings", str(error), "correct this environment variable; docs/operations.md lists all")]
    else:
        findings = asyncio.run(_examine(settings))
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        _say(findings)
    if any(finding.verdict is Verdict.FAIL for finding in findings):
        sys.exit(1)


async def _examine(settings: Settings) -> list[Finding]:
    return [finding async for finding in _findings(settings)]


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield check_settings(settings)
    for finding in check_security_text(settings, SystemClock().now()):
        yield finding
    for finding in check_authorities(settings, SystemClock().now()):
        yield finding
    master_key, finding = _load_master_key(settings)
    yield finding
    async for finding in _database_findings(settings, master_key):
        yield finding
    yield await check_short_lived_store(settings)
    async with GuardedCaller(parse_allow(settings.egress_allow), settings.extra_ca_file) as caller:
        for finding in await check_registers(settings, caller):
            yield finding
        for finding in await check_upstreams(settings, caller):
            yield finding
        yield await check_message_gateway(settings)
        for finding in await check_mail_server(settings):
            yield finding


def _load_master_key(settings: Settings) -> tuple[MasterKey | None, Finding]:
    try:
        # It refuses a file that others may read.
        key = load_master_keys(settings.master_key_file, settings.old_master_key_file)
    except MasterKeyError as error:
        found, _, remedy = str(error).partition("; ")
        if not settings.master_key_file.exists():
            remedy = "restore the file; only for a new system, `idp prepare` makes one"
        return None, fail("master key", found, remedy)
    return key, ok("master key", f"{settings.master_key_file} is there, and closed to others")


async def _database_findings(settings: Settings, master_key: MasterKey | None) -> AsyncIterator[Finding]:
    try:
        await check_schema(settings.database_url)
    except OperatorError as error:
        yield fail("database", str(error).removesuffix(": run `idp migrate` first"), "run `idp migrate`")
        return
    except TemporarilyUnavailableError as error:
        yield fail("database", f"does not answer ({error.detail})", "start it, or correct IDP_DATABASE_URL")
        return
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        yield ok("database", "answers, and its schema is the newest")
        for finding in await _read_findings(database, master_key, settings):
            yield finding


async def _read_findings(database: Database, master_key: MasterKey | None, settings: Settings) -> list[Finding]:
    now = SystemClock().now()
    try:
        return [
            await check_issuer(database, settings.issuer),
            await check_clock(database),
            *await check_keys(database, master_key, now),
            *await check_generations(database, master_key),
            *await check_sealing(database, master_key, now),
            *await check_transparency(database, master_key, now),
            await check_password_hashes(database),
            *await check_clients(database, settings, now),
            await check_officers(database, settings.officers_numbered_from),
        ]
    except TemporarilyUnavailableError as error:
        return [
            fail(
                "database",
                f"takes no writes, or stopped answering ({error.detail})",
                "look at its log and its disk, then try again",
            )
        ]


def _say(findings: list[Finding]) -> None:
    for finding in findings:
        say(f"{finding.verdict:<4}  {finding.what:<{_WIDTH}}  {finding.found}")
        if finding.remedy:
            say(f"{'':<4}  {'':<{_WIDTH}}  -> {finding.remedy}")
