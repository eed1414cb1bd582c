"""The built-in test relying party of one process."""

from clients.model import Client
from clients.twin import WithTwin
from idp.admin.clients.registrations import ClientRegistrations
from idp.app.foundation.opening import Foundation
from idp.client_trials.party import TryParty
from idp.client_trials.stand_ins import StandIns
from idp.client_trials.store import RunShelf
from idp.client_trials.trials import Trials
from idp.kernel.key_purposes import KeyPurpose
from idp.oauth.back_channel import BackChannel
from idp.oauth.bearer import BearerTokens
from idp.oauth.codes import CodeShelf
from idp.oauth.grants import grant_loaders
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.web.client_trials.dependencies import TrialDependencies
from records.structs import replace


def compose_trials(foundation: Foundation, issuer: str, registrations: ClientRegistrations) -> Trials:
    """Return what starts and ends runs: the same for the console and the API."""
    root = foundation.root_key
    return Trials(
        issuer=issuer,
        shelf=RunShelf(foundation.shortlived),
        registrations=registrations,
        roles=foundation.database.roles,
        stand_ins=StandIns(root.hash_key(KeyPurpose.TRIAL_RUNS), root.raw(KeyPurpose.CLIENT_SECRETS)),
        cookie_hash=root.hash_key(KeyPurpose.TRIAL_BROWSERS),
        ledger=foundation.database.ledger,
        clock=foundation.clock,
    )


def compose_trial_party(
    foundation: Foundation, trials: Trials, channel: BackChannel, codes: CodeShelf
) -> TrialDependencies:
    """Return the party, which asks the endpoints that every client asks, over the registered clients and the twin."""
    house, database, clock = channel.house, foundation.database, foundation.clock
    loaders = grant_loaders(house, codes, database.grants)

    def token_for(twin: Client) -> TokenEndpoint:
        return TokenEndpoint(replace(channel, registry=WithTwin(channel.registry, twin)), loaders)

    def userinfo_for(twin: Client) -> UserinfoEndpoint:
        tokens = BearerTokens(house, WithTwin(channel.registry, twin), database.grants)
        return UserinfoEndpoint(house, tokens, database.identities, database.ledger, clock)

    keys = foundation.live_keys
    return TrialDependencies(
        trials, TryParty(house, trials.shelf, trials.stand_ins, token_for, userinfo_for, keys, clock)
    )
