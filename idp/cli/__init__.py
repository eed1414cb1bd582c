"""The operator command `idp`; `docs/operations.md` shows it at work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def main() -> None:
    """Run the command that the process was called with."""
    # Not above: the processes that an import starts import this package, and need nothing of the program.
    with collector_at_rest():
        from idp.cli.program import main as carry_out  # noqa: PLC0415

    carry_out()


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Import something of size: what imports make stays, and the collector does not look at it, now or at the end.

    Looking for garbage among it takes half the time of a short command.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
