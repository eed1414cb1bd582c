"""The doctor's look into the database: its clock, the signing keys, the clients."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from clients.addresses.redirect_uris import host_rule
from clients.exceptions.dated import endings
from clients.model import Client
from clients.profiles import profile_of
from clients.secret_age import WORDS, secret_care
from idp.adapters.sql.database import Database
from idp.admin.clients.health import CheckResult, is_watched, targets_of
from idp.admin.clients.sectors import shares_with_another_agency
from idp.app.audit import SEALING_POLICY, ProviderSeal
from idp.app.foundation.readiness import CLOCK_TOLERANCE, clocks_apart
from idp.audit.checkpoints import BEYOND_ALL
from idp.cli.doctor.findings import Finding, fail, ok, warn
from idp.cli.doctor.mutual_tls import missing_certificates
from idp.cli.output import moment
from idp.environment import Settings
from idp.kernel.clock import SystemClock
from idp.kernel.installation import mismatch
from idp.sign_in.levels import acr_values, unknown_levels
from keys.errors import SealBrokenError
from keys.key_set import KeySet
from keys.model import ALGORITHMS, KeyState, SigningKey, state
from keys.policy import RotationPolicy
from keys.seal import MasterKey
from keys.service import KeyService
from keys.signer import Signer

_NOTICEABLE = timedelta(seconds=1)
# NIST SP 800-57 part 1 5.3.6 allows a signing key one to three years.
_KEY_AGE = timedelta(days=365)
_MOST_FAILING = 500


async def check_issuer(database: Database, issuer: str) -> Finding:
    """Compare the issuer with the one that the database belongs to."""
    what, installation = "issuer", await database.installation.load()
    if installation is None:
        return warn(what, "the database belongs to none yet", "run `idp prepare` or start the server")
    wrong = mismatch(installation, issuer)
    if wrong:
        found, _, remedy = wrong.removeprefix("IDP_ISSUER: ").partition("; ")
        return fail(what, found, remedy)
    if installation.demonstration_since is not None:
        since = moment(installation.demonstration_since)
        return ok(what, f"a demonstration on this machine since {since}: it never leaves it")
    return ok(what, f"the database belongs to {installation.issuer}")


async def check_officers(database: Database, numbered_from: datetime | None) -> Finding:
    """Count the officers' accounts that carry no person's number: one human may have two of them."""
    what, nameless = "officers' numbers", await database.ties.nameless()
    if not nameless:
        return ok(what, "every account that was set up carries its person's number")
    found = f"{nameless} accounts carry no person's number"
    remedy = "issue a new account and let its person set it up while signed in with their own citizen account"
    if numbered_from is None:
        return warn(what, found, f"{remedy}; then set IDP_OFFICERS_NUMBERED_FROM")
    return warn(what, f"{found}: from {moment(numbered_from)} they decide nothing", remedy)


async def check_clock(database: Database) -> Finding:
    """Compare this machine's clock with the database's, which is written to for it: reading alone says nothing."""
    apart = await clocks_apart(SystemClock(), database.operations)
    if apart < _NOTICEABLE:
        return ok("clock", "agrees with the database's to a second")
    found = f"differs from the database's by {apart.total_seconds():.1f} s"
    remedy = "synchronise both machines (chrony or systemd-timesyncd)"
    return (fail if apart > CLOCK_TOLERANCE else warn)("clock", found, remedy)


async def check_keys(database: Database, master_key: MasterKey | None, now: datetime) -> list[Finding]:
    """Return one finding for each algorithm, and one if the master key is not the one that sealed them."""
    stored = (await database.keys.load()).keys
    findings = [_check_algorithm(algorithm, stored, now) for algorithm in ALGORITHMS]
    if master_key is not None:
        try:
            await KeyService(database.keys, master_key, RotationPolicy()).current(now)
        except SealBrokenError:
            found = "the master key does not open the signing keys in the database"
            findings.append(fail("master key", found, "restore the file that belongs to this database"))
    return findings


def _check_algorithm(algorithm: str, stored: Sequence[SigningKey], now: datetime) -> Finding:
    what = f"keys {algorithm}"
    own = [key for key in stored if key.algorithm == algorithm]
    active = [key for key in own if state(key, now) is KeyState.ACTIVE]
    coming = min((key.activates_at for key in own if state(key, now) is KeyState.PUBLISHED), default=None)
    if not active:
        remedy = "run `idp keys rotate --now`" if stored else "run `idp prepare`, which makes the first keys"
        return fail(what, "no key signs", remedy)
    since = max(key.activates_at for key in active)
    found = f"one signs since {moment(since)}"
    if coming is not None:
        return ok(what, f"{found}, the next from {moment(coming)}")
    if now - since > _KEY_AGE:
        return warn(what, found, "run `idp keys rotate`")
    return ok(what, f"{found}, rotation advised by {moment(since + _KEY_AGE)}")


async def check_sealing(database: Database, master_key: MasterKey | None, now: datetime) -> list[Finding]:
    """Say how old the newest checkpoint of the audit log is; without the master key it cannot be read."""
    if master_key is None:
        return []
    what, remedy = "audit log", "run the server or `idp worker`, which seal it, or `idp audit seal` each minute"
    links = await database.checkpoints.newest_first(BEYOND_ALL, 1)
    if not links:
        return [warn(what, "was never sealed", remedy)]
    keys = KeyService(database.keys, master_key, RotationPolicy())
    verified = ProviderSeal(Signer(KeySet(())), await keys.lasting_verifier(), "").read(links[0].signed)
    if verified is None:
        return [fail(what, f"checkpoint {links[0].number} is not signed by this provider", "run `idp audit verify`")]
    found = f"sealed until checkpoint {links[0].number} of {moment(verified.checkpoint.sealed_at)}"
    if now - verified.checkpoint.sealed_at > SEALING_POLICY.overdue_after:
        return [warn(what, found, remedy)]
    return [ok(what, found)]


async def check_password_hashes(database: Database) -> Finding:
    """Say whether imported hashes stand as they came, cheap to guess for who reads the table."""
    if await database.unwrapped_hashes.some_are_left():
        return warn("passwords", "some imported hashes are not wrapped", "run `idp accounts wrap`")
    return ok("passwords", "every imported hash is wrapped")


async def check_clients(database: Database, settings: Settings, now: datetime) -> list[Finding]:
    """Return what is wrong with single clients, or one finding that all are right."""
    active = [client for client in await database.clients.load_all() if client.active]
    servers = await database.client_checks.failing(None, _MOST_FAILING)
    if not active:
        return [warn("clients", "none is registered", "run `idp clients apply FILE`")]
    found = [finding for client in active for finding in _check_client(client, now)]
    found += _failing_servers(active, servers)
    found += shared_sectors(active)
    found += foreign_resources(active)
    found += missing_logos(active)
    found += missing_certificates(active, settings)
    return found or [ok("clients", f"{len(active)} active")]


def shared_sectors(clients: Sequence[Client]) -> Iterator[Finding]:
    """Yield the sectors that clients of several agencies use: who approved them may not have seen it."""
    for client in clients:
        others = [one.client_id for one in clients if shares_with_another_agency(client, one)]
        if client.stage == "production" and others:
            found = f"{client.client_id}: has the sector {client.sector_identifier} together with {', '.join(others)}"
            yield warn("clients", found, "ask whether the agencies shall know people by the same subjects")


def foreign_resources(clients: Sequence[Client]) -> Iterator[Finding]:
    """Yield the clients whose tokens are for another agency's resource: before this was asked, nobody there agreed."""
    for client in clients:
        if client.audience is not None and not client.owns_audience:
            owner = client.resource_agency or "the country"
            found = f"{client.client_id}: its tokens are for {client.audience}, which belongs to {owner}"
            yield warn("clients", found, "ask whether that agency agreed; else take `resource` out of the registration")


def missing_logos(clients: Sequence[Client]) -> Iterator[Finding]:
    """Yield the clients whose logo was registered before logos were fetched, or could not be: people see none."""
    for client in clients:
        if client.logo_uri is not None and client.logo is None:
            found = f"{client.client_id}: its logo was never fetched, so that people see none"
            yield warn("clients", found, f"run `idp clients fetch-logo {client.client_id}`")


def unreachable_levels(client: Client) -> Iterator[Finding]:
    """Yield the levels that a client names and the table lacks."""
    for level in unknown_levels(client):
        remedy = f"write {', '.join(acr_values())} in its registration, or add the level to IDP_LEVELS_FILE"
        yield fail("clients", f"{client.client_id}: the level {level} is in no table, nobody reaches it", remedy)


def _failing_servers(active: Sequence[Client], failing: Sequence[CheckResult]) -> Iterator[Finding]:
    """Return what was found of clients' servers last; addresses that a client has no more say nothing of it."""
    by_id = {client.client_id: client for client in active if is_watched(client)}
    for one in failing:
        client = by_id.get(one.client_id)
        if client is not None and one.target in targets_of(client):
            what = f"{one.client_id}: its {one.target.kind.replace('_', ' ')} at {one.target.address} fails"
            since = f"{one.judged.cause} {one.judged.detail}".strip() + f", since {moment(one.since_at)}"
            yield warn("clients", f"{what} ({since})", f"tell the portal's team: /admin/clients/doctor/{one.client_id}")


def _check_client(client: Client, now: datetime) -> Iterator[Finding]:
    what = "clients"
    yield from unreachable_levels(client)
    if (warning := profile_of(client).warning) is not None:
        yield warn(what, f"{client.client_id}: {warning}", "disable it once the suite has run")
    care = secret_care(client, now)
    if care is not None:
        remedy = f"run `idp clients rotate-secret {client.client_id}` and give the new one to the portal"
        look = fail if care == "none_works" else warn
        yield look(what, f"{client.client_id}: {WORDS[care]}", remedy)
    for ending in endings(client, now):
        if ending.said is not None:
            look = fail if ending.days_left(now) < 0 else warn
            yield look(what, f"{client.client_id}: {ending.said}", ending.remedy)
    for advice in sorted({advice for uri in client.redirect_uris if (advice := host_rule(uri, client.sector))}):
        yield warn(what, f"{client.client_id}: {advice}", "ask the agency whether the address is right")
