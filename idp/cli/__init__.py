"""The operator command `idp`; `docs/operations.md` shows it at work."""

import gc


def main() -> None:
    """Run the command that the process was called with."""
    # What imports make stays: looking for garbage among it, now and at the end, takes half the time of a short command.
    gc.disable()
    # Not above: the processes that an import starts import this package, and need nothing of the program.
    from idp.cli.program import main as carry_out  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    carry_out()
