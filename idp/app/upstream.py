"""The use cases of signing in through upstream providers, put together."""

from idp.app.foundation.known_people import compose_own_identities
from idp.app.foundation.opening import Foundation
from idp.app.sign_in import Citizens
from idp.factors.waits_ended import WaitEnds
from idp.kernel.key_purposes import KeyPurpose
from idp.protocol.provider import Provider
from idp.sign_in.drafts import DraftStore
from idp.upstream.arrivals import UpstreamArrival
from idp.upstream.first_time import UpstreamFirstTime
from idp.upstream.linking import UpstreamLinking
from idp.upstream.own_links import OwnUpstreams
from idp.upstream.policy import ATTEMPT_LIFE, FIRST_TIME_LIFE
from idp.upstream.sign_in import UpstreamAttempt, UpstreamSignIn
from idp.web.sign_in.dependencies import FlowDependencies
from idp.web.upstream.dependencies import UpstreamDependencies


def compose_federation(
    foundation: Foundation, provider: Provider, citizens: Citizens, flow: FlowDependencies
) -> UpstreamDependencies:
    """Return everything that the pages of upstream providers call."""
    database, clock, store = foundation.database, foundation.clock, foundation.shortlived
    federation, sign_in = foundation.upstreams.federation, citizens.sign_in
    attempts = DraftStore(store, provider.sealer, "upstream-attempt", UpstreamAttempt, ATTEMPT_LIFE)
    first_times = DraftStore(store, provider.sealer, "upstream-first-time", UpstreamArrival, FIRST_TIME_LIFE)
    notices = sign_in.devices.notices
    through = UpstreamSignIn(
        federation=federation,
        attempts=attempts,
        first_times=first_times,
        links=database.upstream_links,
        accounts=database.accounts,
        sessions=sign_in.sessions,
        second_steps=citizens.factors.second_steps,
        devices=sign_in.devices,
        ledger=database.ledger,
        sealer=provider.sealer,
        subject_hash=foundation.root_key.hash_key(KeyPurpose.UPSTREAM_SUBJECTS),
        clock=clock,
    )
    identities = compose_own_identities(foundation)
    return UpstreamDependencies(
        web=flow.web,
        authorize=flow.authorize,
        waiting=flow.waiting,
        federation=federation,
        sign_in=through,
        first_time=UpstreamFirstTime(first_times, sign_in, citizens.registrations, clock),
        own=OwnUpstreams(database.upstream_links, database.ledger, notices, clock),
        linking=UpstreamLinking(
            through,
            identities,
            database.upstream_links,
            database.ledger,
            notices,
            clock,
            WaitEnds(identities, database.upstream_links, database.ledger, notices, clock),
        ),
    )
