"""What the pages of every feature share."""

from idp.account.own_account import OwnAccount
from idp.account.ratings import Ratings
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.protocol.provider import Provider
from idp.web.http.dependencies import WebDependencies


def compose_pages(foundation: Foundation, provider: Provider) -> WebDependencies:
    """Return what the handlers of most pages use."""
    database, clock = foundation.database, foundation.clock
    return WebDependencies(
        issuer=provider.issuer,
        clock=clock,
        sessions=database.sessions,
        cookie_hash=provider.token_hash,
        sealer=provider.sealer,
        registry=foundation.registry,
        ledger=database.ledger,
        metrics=foundation.metrics,
        account=OwnAccount(database.own_account, database.ledger, provider.sealer, clock),
    )


def compose_ratings(foundation: Foundation) -> Ratings:
    """Return what asks how it went, at the end of several matters."""
    return Ratings(
        foundation.database.ledger,
        foundation.shortlived,
        foundation.root_key.hash_key(KeyPurpose.RATINGS),
        foundation.clock,
        foundation.metrics,
        foundation.registry.get,
    )
