"""The operator command `idp`; `docs/operations.md` shows it at work."""


def main() -> None:
    """Run the command that the process was called with."""
    # Not above: the processes that an import starts import this package, and need nothing of the program.
    from idp.cli.collector import collector_at_rest  # noqa: PLC0415

    with collector_at_rest():
        from idp.cli.program import main as carry_out  # noqa: PLC0415

    carry_out()
