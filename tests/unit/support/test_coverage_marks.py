"""Marks change nothing but what they count."""

from tests.coverage.marks import NAME, Point, marked

SOURCE = '''"""A module."""

def first_even(numbers):
    """Return it; None if there is none."""
    for one in numbers:
        if one % 2:
            continue
        return one
    return None
'''


def reached(*numbers: int) -> tuple[object, list[Point]]:
    """Return the answer of the marked function and the points that it reached."""
    points: list[Point] = []
    text = marked(SOURCE, "module.py", points)
    marks = bytearray(len(points))
    space: dict[str, object] = {NAME: marks}
    exec(compile(text, "module.py", "exec"), space)
    call = space["first_even"]
    assert callable(call)
    return call(numbers), [point for point, mark in zip(points, marks, strict=True) if mark]


def test_a_statement_and_each_outcome_of_a_branch_are_reached_or_not() -> None:
    answer, points = reached(1, 2)
    assert answer == 2
    # The loop was entered and not run to its end; both outcomes of the condition came.
    assert [(point.line, point.branch) for point in points] == [
        (3, False), (5, False), (5, True), (6, False), (6, True), (7, False), (6, True), (8, False),
    ]  # fmt: skip
    answer, points = reached()
    assert (answer, [(point.line, point.branch) for point in points]) == (
        None,
        [(3, False), (5, False), (5, True), (9, False)],
    )


def test_the_docstring_stays_first() -> None:
    assert marked(SOURCE, "module.py", []).startswith('"""A module."""\n')
