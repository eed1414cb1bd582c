"""What administrators do to clients: the same use cases for the console and the API."""

from collections.abc import Mapping
from functools import partial

from idp.admin.agencies.subject import AgencySubjects
from idp.admin.changes.approvals import Approvals
from idp.admin.changes.model import ObjectKind
from idp.admin.changes.subjects import Subjects
from idp.admin.clients.administration import ClientAdministration
from idp.admin.clients.checking import ClientChecking
from idp.admin.clients.directory import ClientDirectory
from idp.admin.clients.doctor import ClientDoctor
from idp.admin.clients.key_set import KeySetCheck
from idp.admin.clients.logo import LogoFetch
from idp.admin.clients.registrations import ClientRegistrations
from idp.admin.clients.sector_document import SectorCheck
from idp.admin.clients.subject import ClientSubjects
from idp.admin.infrastructure.key_subject import KeySubjects
from idp.admin.settings.service import SettingChanges
from idp.admin.settings.subject import SettingSubjects
from idp.app.admin.agency_lineage import StandingLineages
from idp.app.foundation.opening import Foundation
from idp.app.foundation.refreshing_ledger import RefreshingLedger
from idp.kernel.installation import is_local
from idp.kernel.key_purposes import KeyPurpose
from idp.settings.names import SettingName
from idp.settings.outbound_services import unknown_providers


def compose_subjects(foundation: Foundation) -> Mapping[ObjectKind, Subjects]:
    """Return what changes under two pairs of eyes can be about."""
    database = foundation.database
    return {
        ObjectKind.CLIENT: ClientSubjects(
            database.clients, StandingLineages(database.agencies), is_local(foundation.settings.issuer)
        ),
        ObjectKind.SETTING: compose_settings(foundation).subjects,
        ObjectKind.SIGNING_KEY: compose_key_subjects(foundation),
        ObjectKind.AGENCY: AgencySubjects(database.agencies),
    }


def compose_key_subjects(foundation: Foundation) -> KeySubjects:
    """Return the signing keys as what changes are about."""
    return KeySubjects(foundation.database.keys, foundation.keys, foundation.clock)


def refreshing_ledger(foundation: Foundation) -> RefreshingLedger:
    """Return the ledger after whose commits this process looks again at once."""
    database = foundation.database
    return RefreshingLedger(
        database.ledger, foundation.registry, database.clients, foundation.national_settings, database.settings
    )


def compose_settings(foundation: Foundation) -> SettingChanges:
    """Return what administrators do to national settings."""
    database = foundation.database
    subjects = SettingSubjects(database.settings, foundation.national_settings.all)
    providers = foundation.upstreams.federation.services
    judges = {SettingName.UPSTREAMS: partial(unknown_providers, known=providers.keys())}
    return SettingChanges(subjects, database.ledger, foundation.clock, judges)


def compose_client_administration(foundation: Foundation) -> ClientAdministration:
    """Return the services of client administration for one process."""
    database, clock, lineages = foundation.database, foundation.clock, StandingLineages(foundation.database.agencies)
    ledger = refreshing_ledger(foundation)
    pepper = foundation.root_key.raw(KeyPurpose.CLIENT_SECRETS)
    key_sets, local = KeySetCheck(foundation.caller), is_local(foundation.settings.issuer)
    logos, sectors = LogoFetch(foundation.caller), SectorCheck(foundation.caller)
    registrations = ClientRegistrations(
        database.clients, ledger, lineages, clock, pepper, key_sets, logos, sectors, local
    )
    checking = compose_client_checking(foundation)
    return ClientAdministration(
        ClientDirectory(foundation.registry, database.clients, lineages),
        registrations,
        Approvals(
            database.changes,
            compose_subjects(foundation),
            ledger,
            lineages,
            database.ties,
            clock,
            foundation.settings.approvers_apart,
            foundation.settings.officers_numbered_from,
        ),
        ClientDoctor(
            registrations,
            checking,
            database.client_checks,
            database.client_outcomes,
            database.refusals,
            database.ledger,
            clock,
        ),
    )


def compose_client_checking(foundation: Foundation) -> ClientChecking:
    """Return what tries clients' servers."""
    caller, certificates = foundation.caller, foundation.certificates
    checks = foundation.database.client_checks
    return ClientChecking(foundation.registry, checks, caller, certificates, foundation.clock)
