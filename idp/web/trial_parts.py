"""What the pages of trying out are given."""

from msgspec import Struct

from idp.trying.party import TryParty
from idp.trying.trials import Trials


class TrialParts(Struct, frozen=True):
    """The use cases of runs, and the test relying party."""

    trials: Trials
    party: TryParty
