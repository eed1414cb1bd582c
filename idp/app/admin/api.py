"""The administration API of one process."""

from idp.admin.metrics.alert_thresholds import thresholds_of
from idp.admin.metrics.service import SignInMetrics
from idp.app.admin.agency_lineage import StandingLineages
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.oauth.shown_tokens import ShownTokens
from idp.protocol.provider import Provider
from idp.web.admin.dependencies import AdminDependencies
from idp.web.admin_api.access import Access
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.idempotency import IdempotencyStore


def compose_metrics(foundation: Foundation) -> SignInMetrics:
    """Return the numbers of signing in, as administrators see them."""
    return SignInMetrics(
        foundation.registry,
        StandingLineages(foundation.database.agencies),
        foundation.database.metrics,
        lambda: thresholds_of(foundation.national_settings.alert_limits.value),
    )


def compose_admin_api(
    foundation: Foundation, provider: Provider, tokens: ShownTokens, console: AdminDependencies
) -> AdminApiDependencies:
    """Return everything that operations call."""
    database = foundation.database
    clients = console.clients
    return AdminApiDependencies(
        issuer=provider.issuer,
        audit=console.audit,
        clock=foundation.clock,
        ledger=database.ledger,
        access=Access(tokens, database.officers, database.roles),
        answers=IdempotencyStore(
            foundation.shortlived, provider.sealer, foundation.root_key.hash_key(KeyPurpose.IDEMPOTENCY_KEYS)
        ),
        metrics=console.metrics,
        clients=clients.directory,
        registrations=clients.registrations,
        registration_tokens=console.registration_tokens,
        trials=console.trials,
        approvals=clients.approvals,
        doctor=clients.doctor,
        agencies=console.agencies,
        infrastructure=console.infrastructure,
        people=console.people,
        recovery=console.recovery,
        settings=console.settings,
        administrators=console.administrators,
        second_person=console.second_person,
    )
