"""What the pages of trying out are given."""

from msgspec import Struct

from idp.client_trials.party import TrialRelyingParty
from idp.client_trials.trials import Trials


class TrialDependencies(Struct, frozen=True):
    """The use cases of runs, and the test relying party."""

    trials: Trials
    party: TrialRelyingParty
