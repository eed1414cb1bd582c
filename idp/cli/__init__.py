"""The operator's command `idp`."""

from idp.cli.program import main

__all__ = ["main"]
