"""The wait that a counted try earns, as SQL: the rule itself stays in `authentication.throttling.delay_after`."""

from datetime import timedelta

from idp.sign_in.throttling import FAILURE_LIMIT, delay_after

# After so many failures in a row the next try may still come at once.
WITHOUT_WAIT = max(failures for failures in range(FAILURE_LIMIT) if not delay_after(failures))
_LONGEST = delay_after(FAILURE_LIMIT)


def next_try(failures: str) -> str:
    """Return when the try after this one may come; `failures` is the column that holds the count before it.

    In the same write as the count, so that a burst of guesses cannot outrun the wait. Wants the parameter `:now`.
    """
    cases = " ".join(
        f"WHEN {before} THEN {_wait(before)}" for before in range(FAILURE_LIMIT) if delay_after(before) < _LONGEST
    )
    return f"CASE {failures} {cases} ELSE {_wait(FAILURE_LIMIT)} END"


def _wait(before: int) -> str:
    wait = delay_after(before + 1)
    return f":now + {wait // timedelta(microseconds=1)}" if wait else "NULL"
