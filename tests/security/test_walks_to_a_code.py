"""Whatever two browsers do to the pages of signing in, no code comes of it with a required step skipped."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.flows.running_provider import CITIZENS
from tests.security.prepared_store import PreparedStore
from tests.security.walk_to_a_code import Person, Place, opened_place
from tests.support.extent import ON_STORES, rounds
from tests.support.patience import patient

DEEDS = (
    "authorize",
    "authorize",
    "password",
    "password",
    "wrong password",
    "code",
    "code",
    "old code",
    "guess",
    "allow",
    "skip",
    "skip",
    "back",
    "elsewhere",
    "lose",
    "restart",
)
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 1), st.integers(0, 3)), min_size=4, max_size=16)
PEOPLE = count()
Steps = list[tuple[str, int, int]]
# Each ends at its portal: a walk that can never arrive would hold nothing.
HONEST: tuple[tuple[bool, Steps, int], ...] = (
    (False, [("authorize", 0, 0), ("password", 0, 0)], 1),
    (False, [("authorize", 0, 2), ("password", 0, 0), ("allow", 0, 0)], 1),
    (False, [("authorize", 0, 1), ("password", 0, 0), ("code", 0, 0)], 1),
    (True, [("authorize", 0, 0), ("password", 0, 0), ("code", 0, 0), ("authorize", 0, 1)], 2),
    (True, [("authorize", 0, 0), ("password", 0, 0), ("lose", 0, 1), ("code", 0, 0)], 1),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, prepared: PreparedStore) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("walks")
    with opened_place(folder, prepared.copied_to(folder).database_url) as opened:
        yield opened


def walked(place: Place, two_steps: bool, steps: Steps) -> Person:
    """Let somebody nobody has met before do these things."""
    citizen = CITIZENS[next(PEOPLE)]
    if two_steps:
        place.ask_for_two_steps(citizen)
    person = Person(place, citizen, two_steps)
    for deed, at, choice in steps:
        person.do(deed, at, choice)
    return person


@pytest.mark.parametrize(("two_steps", "steps", "codes"), HONEST)
def test_the_right_way_ends_with_a_code(place: Place, two_steps: bool, steps: Steps, codes: int) -> None:
    assert walked(place, two_steps, steps).codes == codes


@pytest.mark.timeout(patient(300))
@settings(ON_STORES, max_examples=rounds(20, 60))
@given(two_steps=st.booleans(), steps=STEPS)
@example(two_steps=True, steps=[("authorize", 0, 0), ("password", 0, 0), ("skip", 0, 0), ("authorize", 0, 0)])
@example(two_steps=False, steps=[("authorize", 0, 2), ("password", 0, 0), ("skip", 0, 0), ("elsewhere", 0, 0)])
@example(
    two_steps=False,
    steps=[("authorize", 0, 1), ("password", 0, 0), ("code", 0, 0), ("back", 0, 0), ("old code", 0, 0), ("lose", 0, 1)],
)
@example(two_steps=True, steps=[("authorize", 0, 0), ("password", 0, 0), ("lose", 0, 1), ("code", 0, 0)])
@example(
    two_steps=True, steps=[("authorize", 0, 0), ("password", 0, 0), ("lose", 0, 0), ("back", 0, 0), ("code", 0, 0)]
)
def test_mf_1_sf_no_walk_ends_with_a_code_that_was_not_earned(place: Place, two_steps: bool, steps: Steps) -> None:
    """The second factor, the level, the consent, the password: each shown in the browser that gets the code."""
    walked(place, two_steps, steps)
