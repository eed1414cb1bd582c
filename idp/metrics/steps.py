"""Who came to each step of a request, who did it, and who left there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from idp.metrics.model import Counted, Measure, Place

# In the order in which people meet them. The second step and an upstream provider are parts of signing in.
STEPS = (
    Place.SIGN_IN,
    Place.UPSTREAM,
    Place.SECOND_STEP,
    Place.ACCOUNT_KIND,
    Place.STEP_UP,
    Place.CHOOSE,
    Place.CONSENT,
    Place.COUNTER,
    Place.DEVICE,
)
_PARTS: Mapping[Place, Place] = {Place.SECOND_STEP: Place.SIGN_IN}


class StepNumbers(Struct, frozen=True):
    """Of hours in which nothing is open: came is passed + failed + left, but where an end's coming was not kept."""

    came: int = 0
    passed: int = 0
    # Said no, or came back from it undone.
    failed: int = 0
    # What did not do there, as often as it was tried.
    tries: int = 0

    @property
    def left(self) -> int:
        """How many neither did it nor said no."""
        return max(0, self.came - self.passed - self.failed)

    def __add__(self, other: "StepNumbers") -> "StepNumbers":
        """Return the sum of two."""
        return StepNumbers(
            self.came + other.came, self.passed + other.passed, self.failed + other.failed, self.tries + other.tries
        )


NOBODY = StepNumbers()


def steps_of(counted: Iterable[Counted], settled: datetime) -> dict[Place, StepNumbers]:
    """Return the steps at which anything happened in hours before `settled`, in the order of `STEPS`."""
    came, passed, failed, tries = Counter[Place](), Counter[Place](), Counter[Place](), Counter[Place]()
    for key, amount in counted:
        if key.hour_at >= settled:
            continue
        match key.measure:
            case Measure.REACHED:
                came[key.step] += amount
            case Measure.PASSED:
                passed[key.step] += amount
            case Measure.TURNED_BACK:
                failed[key.step] += amount
            case Measure.REFUSAL:
                failed[key.step] += amount
                # Who says no in a part of signing in has ended signing in.
                failed[_PARTS.get(key.step, Place.NONE)] += amount
            case Measure.FAILURE:
                tries[key.step] += amount
    every = {step: StepNumbers(came[step], passed[step], failed[step], tries[step]) for step in STEPS}
    return {step: numbers for step, numbers in every.items() if numbers != NOBODY}


def together(each: Iterable[Mapping[Place, StepNumbers]]) -> dict[Place, StepNumbers]:
    """Return the steps of several hours or clients together, in the order of `STEPS`."""
    found: dict[Place, StepNumbers] = {}
    for steps in each:
        for step, numbers in steps.items():
            found[step] = found.get(step, NOBODY) + numbers
    return {step: found[step] for step in STEPS if step in found}
