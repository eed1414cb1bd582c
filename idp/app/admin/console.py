"""The console of one process."""

from idp.admin.administrators.second_person import SecondPerson
from idp.admin.administrators.service import Administrators
from idp.admin.clients.administration import ClientAdministration
from idp.admin.metrics.service import SignInMetrics
from idp.app.admin.agency_lineage import StandingLineages, compose_agencies
from idp.app.admin.audit import compose_audit_administration
from idp.app.admin.clients import compose_settings
from idp.app.admin.infrastructure import compose_infrastructure
from idp.app.admin.people import compose_people
from idp.app.dynamic_registration import compose_registration_tokens
from idp.app.foundation.opening import Foundation
from idp.app.officers import compose_officer_accounts
from idp.client_trials.trials import Trials
from idp.recovery.assisted import AssistedRecovery
from idp.web.admin.dependencies import AdminDependencies
from idp.web.http.dependencies import WebDependencies


def compose_administrators(foundation: Foundation) -> Administrators:
    """Return the use cases of administrators about each other."""
    database = foundation.database
    return Administrators(
        database.administrators,
        StandingLineages(database.agencies),
        compose_officer_accounts(foundation),
        database.ledger,
        foundation.shared.sealer,
        foundation.clock,
    )


def compose_second_person(foundation: Foundation) -> SecondPerson:
    """Return what confirms whom another administrator made."""
    apart_for = foundation.settings.approvers_apart
    numbered_from = foundation.settings.officers_numbered_from
    return SecondPerson(compose_administrators(foundation), foundation.database.ties, apart_for, numbered_from)


def compose_admin(
    foundation: Foundation,
    web: WebDependencies,
    clients: ClientAdministration,
    trials: Trials,
    metrics: SignInMetrics,
    recovery: AssistedRecovery,
) -> AdminDependencies:
    """Return everything that the pages of administrators call."""
    return AdminDependencies(
        web=web,
        roles=foundation.database.roles,
        administrators=compose_administrators(foundation),
        second_person=compose_second_person(foundation),
        clients=clients,
        registration_tokens=compose_registration_tokens(foundation),
        agencies=compose_agencies(foundation),
        audit=compose_audit_administration(foundation),
        infrastructure=compose_infrastructure(foundation),
        people=compose_people(foundation),
        settings=compose_settings(foundation),
        trials=trials,
        metrics=metrics,
        recovery=recovery,
    )
