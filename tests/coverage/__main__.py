"""`python -m tests.coverage mark CLONE` prepares a clone with an environment; run its tests; then `report CLONE`.

Every process of the clone maps one file of bytes, a byte for each mark, so that a server that was killed counts too.
The tests that read the product's source fail in such a clone.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from tests.coverage.marks import NAME, Point, marked

PACKAGES = ("idp", "clients", "keys", "records", "migrations")
POINTS, REACHED = "coverage.json", "coverage.bin"
# Read by every Python of the environment at its start.
_AT_START = (
    "import builtins, mmap, os; _f = os.open({file!r}, os.O_RDWR); "
    f"builtins.{NAME} = mmap.mmap(_f, 0); os.close(_f)\n"
)


def main() -> None:
    """Carry out one of the two."""
    parser = argparse.ArgumentParser(prog="python -m tests.coverage", description=__doc__)
    parser.add_argument("what", choices=("mark", "report"))
    parser.add_argument("clone", type=Path)
    asked = parser.parse_args()
    clone = asked.clone.resolve()
    if clone == Path(__file__).resolve().parents[2]:
        sys.exit("not this tree: its source would be rewritten; name a clone with an environment of its own")
    mark(clone) if asked.what == "mark" else report(clone)


def mark(clone: Path) -> None:
    """Rewrite the product's source in the clone, and have its environment map the bytes."""
    points: list[Point] = []
    for file in sorted(one for package in PACKAGES for one in (clone / package).rglob("*.py")):
        file.write_text(marked(file.read_text("utf-8"), str(file.relative_to(clone)), points), "utf-8")
    (clone / POINTS).write_text(json.dumps(points))
    (clone / REACHED).write_bytes(bytes(len(points)))
    (environment,) = (clone / ".venv" / "lib").glob("python3*")
    (environment / "site-packages" / "coverage_marks.pth").write_text(_AT_START.format(file=str(clone / REACHED)))


def report(clone: Path) -> None:
    """Print what was reached, of each package and of all."""
    points = [Point(*one) for one in json.loads((clone / POINTS).read_text())]
    reached, there = Counter[tuple[str, bool]](), Counter[tuple[str, bool]]()
    for point, byte in zip(points, (clone / REACHED).read_bytes(), strict=True):
        for name in ("/".join(Path(point.file).parts[:2]), "all"):
            there[name, point.branch] += 1
            reached[name, point.branch] += byte
    for name in sorted({name for name, _ in there}):
        reported = (
            f"{reached[name, branch]} of {there[name, branch]} ({reached[name, branch] / there[name, branch]:.1%})"
            for branch in (False, True)
            if there[name, branch]
        )
        print(f"{name:24} {'   '.join(reported)}")


if __name__ == "__main__":
    main()
