"""The administration API of one process."""

from idp.admin.metrics.alert_thresholds import thresholds_of
from idp.admin.metrics.service import Quality
from idp.app.admin.agency_lineage import StandingLines
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.oauth.bearer import BearerTokens
from idp.protocol.house import House
from idp.web.admin.dependencies import AdminDependencies
from idp.web.admin_api.access import Access
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.idempotency import IdempotencyShelf


def compose_quality(foundation: Foundation) -> Quality:
    """Return the numbers of signing in, as administrators see them."""
    return Quality(
        foundation.registry,
        StandingLines(foundation.database.agencies),
        foundation.database.quality,
        lambda: thresholds_of(foundation.national.alert_limits.value),
    )


def compose_admin_api(
    foundation: Foundation, house: House, tokens: BearerTokens, console: AdminDependencies
) -> AdminApiDependencies:
    """Return everything that operations call."""
    database = foundation.database
    clients, audit = console.clients, console.audit
    return AdminApiDependencies(
        issuer=house.issuer,
        audit=audit.log,
        chain=audit.chain,
        clock=foundation.clock,
        ledger=database.ledger,
        access=Access(tokens, database.officers, database.roles),
        answers=IdempotencyShelf(
            foundation.shortlived, house.sealer, foundation.root_key.hash_key(KeyPurpose.IDEMPOTENCY_KEYS)
        ),
        quality=console.quality,
        clients=clients.directory,
        registrations=clients.registrations,
        trials=console.trials,
        approvals=clients.approvals,
        doctor=clients.doctor,
        agencies=console.agencies,
        estate=console.estate,
        people=console.people,
        recovery=console.recovery,
        settings=console.settings,
        administrators=console.administrators,
        second_person=console.second_person,
    )
