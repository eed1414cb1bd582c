"""The administration API of one process."""

from idp.admin.metrics.alert_thresholds import thresholds_of
from idp.admin.metrics.service import Quality
from idp.app.admin.agency_lineage import StandingLines, compose_agencies
from idp.app.admin.audit import compose_audit_administration
from idp.app.admin.clients import compose_client_administration, compose_settings
from idp.app.admin.console import compose_administrators, compose_second_person
from idp.app.admin.infrastructure import compose_estate
from idp.app.admin.people import compose_people
from idp.app.client_trials import compose_trials
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.oauth.bearer import BearerTokens
from idp.protocol.house import House
from idp.recovery.assisted import AssistedRecovery
from idp.web.admin_api.access import Access
from idp.web.admin_api.idempotency import IdempotencyShelf
from idp.web.admin_api.parts import AdminApiParts


def compose_admin_api(
    foundation: Foundation, house: House, tokens: BearerTokens, recovery: AssistedRecovery
) -> AdminApiParts:
    """Return everything that operations call."""
    database = foundation.database
    clients = compose_client_administration(foundation)
    audit = compose_audit_administration(foundation)
    return AdminApiParts(
        issuer=house.issuer,
        audit=audit.log,
        chain=audit.chain,
        clock=foundation.clock,
        ledger=database.ledger,
        access=Access(tokens, database.officers, database.roles),
        answers=IdempotencyShelf(
            foundation.shortlived, house.sealer, foundation.root_key.hash_key(KeyPurpose.IDEMPOTENCY_KEYS)
        ),
        quality=Quality(
            foundation.registry,
            StandingLines(database.agencies),
            database.quality,
            lambda: thresholds_of(foundation.national.alert_limits.value),
        ),
        clients=clients.directory,
        registrations=clients.registrations,
        trials=compose_trials(foundation, house.issuer, clients, database.roles),
        approvals=clients.approvals,
        doctor=clients.doctor,
        agencies=compose_agencies(foundation),
        estate=compose_estate(foundation),
        people=compose_people(foundation),
        recovery=recovery,
        settings=compose_settings(foundation),
        administrators=compose_administrators(foundation),
        second_person=compose_second_person(foundation),
    )
