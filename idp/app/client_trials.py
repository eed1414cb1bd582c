"""The built-in test relying party of one process."""

from idp.admin.clients.administration import ClientAdministration
from idp.app.foundation.opening import CLIENT_SECRETS, Foundation
from idp.client_trials.party import TryParty
from idp.client_trials.stand_ins import StandIns
from idp.client_trials.store import RunShelf
from idp.client_trials.trials import Trials
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.officers.roles import RoleReader
from idp.protocol.house import House
from idp.web.client_trials.parts import TrialParts


def compose_trials(foundation: Foundation, issuer: str, clients: ClientAdministration, roles: RoleReader) -> Trials:
    """Return what starts and ends runs: the same for the console and the API."""
    root = foundation.root_key
    return Trials(
        issuer=issuer,
        shelf=RunShelf(foundation.shortlived),
        registrations=clients.registrations,
        roles=roles,
        stand_ins=StandIns(root.hash_key("trial runs"), root.raw(CLIENT_SECRETS)),
        cookie_hash=root.hash_key("trial browsers"),
        ledger=foundation.database.ledger,
        clock=foundation.clock,
    )


def compose_trial_parts(
    foundation: Foundation, house: House, trials: Trials, token: TokenEndpoint, userinfo: UserinfoEndpoint
) -> TrialParts:
    """Return the party, which asks the endpoints that every client asks."""
    party = TryParty(house, trials.shelf, trials.stand_ins, token, userinfo, foundation.live_keys, foundation.clock)
    return TrialParts(trials, party)
