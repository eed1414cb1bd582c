"""What the pages of trying out are given."""

from dataclasses import dataclass

from idp.trying.party import TryParty
from idp.trying.trials import Trials


@dataclass(frozen=True, slots=True)
class TrialParts:
    """The use cases of runs, and the test relying party."""

    trials: Trials
    party: TryParty
