"""Tries every fault in a copy of a checkout, one at a time, and says which test caught it."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.mutants import (
    admin,
    browser_apps,
    mutual_tls,
    pages,
    protocol,
    registration,
    request_objects,
    responses,
    services,
    sign_in,
    stores,
)
from tests.mutants.copied_tree import CopiedTree
from tests.mutants.fault import Fault, UnfitFaultError
from tests.support.running.servers import REPOSITORY

FAULTS = (
    *(*protocol.FAULTS, *responses.FAULTS, *request_objects.FAULTS, *services.FAULTS, *stores.FAULTS),
    *mutual_tls.FAULTS,
    *(*sign_in.FAULTS, *admin.FAULTS, *registration.FAULTS, *pages.FAULTS, *browser_apps.FAULTS),
)
_TAIL = 2000


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 if every fault was caught, 1 if one survived, 2 if the sample could not be tried."""
    asked = _read(argv)
    faults = [fault for fault in FAULTS if fault.id in asked.only or fault.area in asked.area or asked.every]
    with TemporaryDirectory(prefix="mutants-") as folder:
        tree = CopiedTree(asked.tree, Path(folder))
        try:
            for fault in faults:
                tree.check(fault)
        except UnfitFaultError as error:
            print(error, file=sys.stderr)
            return 2
        if not asked.trust and not _is_green(tree, faults):
            return 2
        survivors = [fault.id for fault in faults if not _is_caught(tree, fault)]
    print(f"{len(faults) - len(survivors)} of {len(faults)} faults were caught.", *survivors)
    return 1 if survivors else 0


def _read(argv: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--tree", type=Path, default=REPOSITORY, help="another checkout to copy and test")
    parser.add_argument("--only", action="append", default=[], choices=[fault.id for fault in FAULTS], metavar="ID")
    parser.add_argument("--area", action="append", default=[], choices=sorted({fault.area for fault in FAULTS}))
    parser.add_argument("--trust", action="store_true", help="do not run the tests without any fault first")
    asked = parser.parse_args(argv)
    asked.every = not asked.only and not asked.area
    return asked


def _is_green(tree: CopiedTree, faults: Sequence[Fault]) -> bool:
    """Run each file once without a fault: a test that fails anyway catches nothing."""
    run = tree.run(dict.fromkeys(file for fault in faults for file in tree.tests_of(fault)), stop_at_first=False)
    if run.code:
        print(run.output[-_TAIL:], "Without any fault the tests are not green.", sep="\n", file=sys.stderr)
    return run.code == 0


def _is_caught(tree: CopiedTree, fault: Fault) -> bool:
    """Try one fault and print its row of the table."""
    began = monotonic()
    with tree.with_fault(fault):
        run = tree.run(tree.tests_of(fault), stop_at_first=True)
    verdict = run.failed if run.caught else "SURVIVED" if run.code == 0 else f"COULD NOT RUN (exit {run.code})"
    print(f"| {fault.area} | {fault.id} | {fault.breaks} | {verdict} | {monotonic() - began:.0f} s |", flush=True)
    if run.code > 1 or (run.code == 1 and not run.failed):
        print(run.output[-_TAIL:], file=sys.stderr)
    return run.caught


if __name__ == "__main__":
    sys.exit(main())
