"""The door to the SQL stores: one database, every port of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from idp.adapters.sql.account.account_reads import SqlAccounts
from idp.adapters.sql.account.activity import SqlActivity
from idp.adapters.sql.account.copy import SqlOwnCopy
from idp.adapters.sql.account.forgetting import SqlClosedAccounts
from idp.adapters.sql.account.identities import SqlFeedPositions, SqlIdentities
from idp.adapters.sql.account.merging.joinings import SqlJoinings
from idp.adapters.sql.account.merging.reads import SqlMerges
from idp.adapters.sql.account.notices import SqlNotices
from idp.adapters.sql.account.people import SqlPeople
from idp.adapters.sql.account.portals import SqlOwnPortals
from idp.adapters.sql.account.reads import SqlOwnAccount
from idp.adapters.sql.account.sessions import SqlExpiredSessions, SqlIdleSessions, SqlOwnSessions
from idp.adapters.sql.administrators.reads import SqlAdministrators, SqlRoles
from idp.adapters.sql.administrators.ties import SqlTies
from idp.adapters.sql.agencies.reads import SqlAgencies
from idp.adapters.sql.audit.checkpoints import SqlCheckpoints, SqlSealedLog
from idp.adapters.sql.audit.log import read_events
from idp.adapters.sql.audit.search import SqlAuditSearch
from idp.adapters.sql.changes.reads import SqlChanges
from idp.adapters.sql.clients.checks import SqlClientChecks
from idp.adapters.sql.clients.logos import SqlLogos
from idp.adapters.sql.clients.outcomes import SqlClientOutcomes
from idp.adapters.sql.clients.reads import SqlClients
from idp.adapters.sql.clients.refusals import SqlRefusals
from idp.adapters.sql.delegation.checks import SqlMandateChecks
from idp.adapters.sql.delegation.organisations import SqlOrganisations
from idp.adapters.sql.delegation.reads import SqlMandates
from idp.adapters.sql.dynamic_registration.reads import SqlRegistrations
from idp.adapters.sql.engine.errors import DatabaseAddressError
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.round_trips import RoundTrips, Uncounted
from idp.adapters.sql.engine.sqlite_engine import SqliteEngine
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.factors.approvals import SqlApprovals
from idp.adapters.sql.factors.contact_changes import SqlContactChanges
from idp.adapters.sql.factors.passkeys import SqlPasskeys
from idp.adapters.sql.factors.phone_ages import SqlPhoneAges
from idp.adapters.sql.factors.reads import SqlFactors
from idp.adapters.sql.factors.unwrapped_hashes import SqlUnwrappedHashes
from idp.adapters.sql.grants.device_requests import SqlDeviceRequests
from idp.adapters.sql.grants.reads import SqlGrants
from idp.adapters.sql.imports.writes import SqlImports
from idp.adapters.sql.infrastructure.installation import SqlInstallation
from idp.adapters.sql.infrastructure.operations import SqlOperations
from idp.adapters.sql.infrastructure.outbox import SqlOutbox
from idp.adapters.sql.infrastructure.sweeps import SqlSweeps
from idp.adapters.sql.ledger import SqlLedger
from idp.adapters.sql.metrics.days import SqlMetricsDays
from idp.adapters.sql.metrics.hours import SqlMetrics
from idp.adapters.sql.officers.reads import SqlOfficers
from idp.adapters.sql.proofing.receipts import SqlReceipts
from idp.adapters.sql.proofing.register_jobs import SqlRegisterJobs
from idp.adapters.sql.recovery.reads import SqlRecoveries
from idp.adapters.sql.sealing.rows import SqlSealedRows
from idp.adapters.sql.sessions.reads import SqlSessions
from idp.adapters.sql.settings.writes import SqlSettings
from idp.adapters.sql.sign_in.devices import SqlDevices
from idp.adapters.sql.signing_keys.data_keys import SqlDataKeys
from idp.adapters.sql.signing_keys.reads import SqlKeys
from idp.adapters.sql.transparency import SqlPublishedEvents, SqlTransparencyLog
from idp.adapters.sql.upstream.reads import SqlUpstreamLinks
from idp.audit.model import RecordEvent

_VERSIONS = statement("SELECT topic, version FROM change_counters")


class Database:
    """Every port that SQL implements, over one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.ledger = SqlLedger(engine)
        self.sessions = SqlSessions(engine)
        self.grants = SqlGrants(engine)
        self.device_requests = SqlDeviceRequests(engine)
        self.accounts = SqlAccounts(engine)
        self.passkeys = SqlPasskeys(engine)
        self.upstream_links = SqlUpstreamLinks(engine)
        self.notices = SqlNotices(engine)
        self.contact_changes = SqlContactChanges(engine)
        self.phone_ages = SqlPhoneAges(engine)
        self.recoveries = SqlRecoveries(engine)
        self.outbox = SqlOutbox(engine)
        self.clients = SqlClients(engine)
        self.changes = SqlChanges(engine)
        self.settings = SqlSettings(engine)
        self.keys = SqlKeys(engine)
        self.data_keys = SqlDataKeys(engine)
        self.installation = SqlInstallation(engine)
        self.operations = SqlOperations(engine)
        self.own_account = SqlOwnAccount(engine)
        self.closed_accounts = SqlClosedAccounts(engine)
        self.own_sessions = SqlOwnSessions(engine)
        self.idle_sessions = SqlIdleSessions(engine)
        self.expired_sessions = SqlExpiredSessions(engine)
        self.own_portals = SqlOwnPortals(engine)
        self.own_copy = SqlOwnCopy(engine)
        self.activity = SqlActivity(engine)
        self.devices = SqlDevices(engine)
        self.register_jobs = SqlRegisterJobs(engine)
        self.receipts = SqlReceipts(engine)
        self.identities = SqlIdentities(engine)
        self.feed_positions = SqlFeedPositions(engine)
        self.sweeps = SqlSweeps(engine)
        self.factors = SqlFactors(engine)
        self.approvals = SqlApprovals(engine)
        self.mandates = SqlMandates(engine)
        self.mandate_checks = SqlMandateChecks(engine)
        self.organisations = SqlOrganisations(engine)
        self._administration(engine)

    def _administration(self, engine: Engine) -> None:
        """Make the ports of the officers, of the administration and of what is counted and published."""
        self.officers = SqlOfficers(engine)
        self.roles = SqlRoles(engine)
        self.ties = SqlTies(engine)
        self.administrators = SqlAdministrators(engine)
        self.agencies = SqlAgencies(engine)
        self.people = SqlPeople(engine)
        self.imports = SqlImports(engine)
        self.sealed_rows = SqlSealedRows(engine)
        self.joinings = SqlJoinings(engine)
        self.unwrapped_hashes = SqlUnwrappedHashes(engine)
        self.merges = SqlMerges(engine)
        self.audit_search = SqlAuditSearch(engine)
        self.sealed_log = SqlSealedLog(engine)
        self.checkpoints = SqlCheckpoints(engine)
        self.published_events = SqlPublishedEvents(engine)
        self.transparency = SqlTransparencyLog(engine)
        self.metrics = SqlMetrics(engine)
        self.metrics_days = SqlMetricsDays(engine)
        self.client_checks = SqlClientChecks(engine)
        self.client_outcomes = SqlClientOutcomes(engine)
        self.refusals = SqlRefusals(engine)
        self.logos = SqlLogos(engine)
        self.registrations = SqlRegistrations(engine)

    async def versions(self) -> Mapping[str, int]:
        """Return how often each cached thing ("clients", "keys") has changed; cheap enough to ask twice a second."""
        return {str(topic): int(str(version)) for topic, version in await self._engine.read(_VERSIONS, {})}

    async def sealed_already(self) -> bool:
        """Say whether there are keys here that only one master key opens."""
        return bool((await self.keys.load()).keys) or bool(await self.data_keys.load())

    async def audit_export(self, after_id: str, limit: int) -> Sequence[RecordEvent]:
        """Return up to `limit` audit events whose id follows `after_id` ("" for the beginning), in their order."""
        return await read_events(self._engine, after_id, limit)

    async def close(self) -> None:
        """Write what was noted and let go of the database."""
        try:
            await self.ledger.flush()
        finally:
            await self._engine.close()


async def open_database(url: str, *, observer: RoundTrips | None = None) -> Database:
    """Open `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`, which `migrations.runner.upgrade` has prepared.

    Raises TemporarilyUnavailableError if it does not answer, DatabaseAddressError if the address names neither.
    """
    address = _address(url)
    counted = observer or Uncounted()
    match address.get_backend_name():
        case "sqlite" if address.database and address.database != ":memory:":
            return Database(SqliteEngine(Path(address.database), counted))
        case "postgresql":
            # Not above: the driver is for those who have a PostgreSQL.
            from idp.adapters.sql.engine.postgres_engine import PostgresEngine  # noqa: PLC0415

            return Database(await PostgresEngine.open(address, counted))
        case _:
            raise DatabaseAddressError("the database is a file of SQLite or a database of PostgreSQL")


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Without the library's text, which may quote the address, and a password with it.
        raise DatabaseAddressError("the address cannot be read; docs/operations.md has its form") from None
