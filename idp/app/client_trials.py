"""The built-in test relying party of one process."""

from clients.model import Client
from clients.trial_client import WithTrialClient
from idp.admin.clients.registrations import ClientRegistrations
from idp.app.foundation.opening import Foundation
from idp.app.oauth import Endpoints, compose_loaders
from idp.client_trials.party import TrialRelyingParty
from idp.client_trials.stand_ins import StandIns
from idp.client_trials.store import TrialRunStore
from idp.client_trials.trials import Trials
from idp.kernel.key_purposes import KeyPurpose
from idp.oauth.devices.polls import PollPace
from idp.oauth.shown_tokens import ShownTokens
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.web.client_trials.dependencies import TrialDependencies
from records.structs import replace


def compose_trials(foundation: Foundation, issuer: str, registrations: ClientRegistrations) -> Trials:
    """Return what starts and ends runs: the same for the console and the API."""
    root = foundation.root_key
    return Trials(
        issuer=issuer,
        store=TrialRunStore(foundation.shortlived),
        registrations=registrations,
        roles=foundation.database.roles,
        stand_ins=StandIns(root.hash_key(KeyPurpose.TRIAL_RUNS), root.raw(KeyPurpose.CLIENT_SECRETS)),
        cookie_hash=root.hash_key(KeyPurpose.TRIAL_BROWSERS),
        ledger=foundation.database.ledger,
        clock=foundation.clock,
    )


def compose_trial_party(foundation: Foundation, trials: Trials, endpoints: Endpoints) -> TrialDependencies:
    """Return the party, which asks the endpoints that every client asks, over the registered clients and the trial
    client.
    """
    channel = endpoints.channel
    provider, database, clock = channel.provider, foundation.database, foundation.clock
    persons = endpoints.persons
    loaders = compose_loaders(foundation, channel, endpoints.codes, persons)

    def token_for(trial_client: Client) -> TokenEndpoint:
        trial_channel = replace(channel, registry=WithTrialClient(channel.registry, trial_client))
        return TokenEndpoint(trial_channel, loaders, PollPace(provider, foundation.shortlived))

    def userinfo_for(trial_client: Client) -> UserinfoEndpoint:
        tokens = ShownTokens(provider, WithTrialClient(channel.registry, trial_client), database.grants, channel.uses)
        return UserinfoEndpoint(provider, tokens, persons, channel.client_keys, database.ledger, clock)

    keys = foundation.live_keys
    return TrialDependencies(
        trials, TrialRelyingParty(provider, trials.store, trials.stand_ins, token_for, userinfo_for, keys, clock)
    )
