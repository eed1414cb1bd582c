"""The table of commands. A command is imported when it is called: help and a typing mistake open no library of size."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, NamedTuple

import typer
from typer._click import Command, Context
from typer.core import TyperGroup
from typer.main import get_group

from idp.cli.collector import collector_at_rest


class Entry(NamedTuple):
    """Where a command is, `module:attribute`, and what the list of commands says of it: its own help's first lines."""

    target: str
    help: str


COMMANDS: Mapping[str, Entry] = {
    "migrate": Entry(
        "idp.cli.prepare:migrate_command",
        "Bring the database to the newest schema. Safe to repeat, and on several machines at once.",
    ),
    "prepare": Entry(
        "idp.cli.prepare:prepare_command",
        "Migrate, make the master key and the first signing keys if there are none, then what the options ask for.",
    ),
    "doctor": Entry(
        "idp.cli.doctor.doctor:doctor_command",
        "Check settings, stores, keys, clock, clients and the lines to other systems. Exit code 1 if anything fails.",
    ),
    "worker": Entry(
        "idp.cli.worker:worker_command",
        "Deliver what waits to be sent (SMS, logout notices) until SIGTERM or Ctrl-C. The servers do this too.",
    ),
    "clients": Entry("idp.cli.clients.clients:clients_program", "Apply client files; list, show and disable clients."),
    "sandbox": Entry("idp.cli.clients.sandbox:sandbox_program", "The invented people of the sandbox."),
    "issuer": Entry("idp.cli.issuer:issuer_program", "Show and change the issuer that the database belongs to."),
    "keys": Entry("idp.cli.sealing.keys:keys_program", "List, rotate and retire signing keys."),
    "accounts": Entry(
        "idp.cli.account.accounts:accounts_program", "Show, lock, unlock, import, part and invent accounts."
    ),
    "officers": Entry(
        "idp.cli.officers.officers:officers_program", "Issue, list, extend and withdraw officers' accounts."
    ),
    "agencies": Entry(
        "idp.cli.agencies.agencies:agencies_program", "Apply files of agencies; list, show and merge agencies."
    ),
    "admins": Entry(
        "idp.cli.officers.administrators:admins_program",
        "Issue administrators' accounts; list, grant and revoke their roles.",
    ),
    "passwords": Entry(
        "idp.cli.factors.passwords:passwords_program", "Build and ask the filter of breached passwords."
    ),
    "audit": Entry("idp.cli.audit.audit:audit_program", "Export, seal and verify the audit events."),
    "transparency": Entry(
        "idp.cli.transparency.transparency:transparency_program", "Publish and verify the public transparency log."
    ),
}


class Program(TyperGroup):
    """The group of all commands: its list comes from the table, a command from its module."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Return the command that is called, with everything that it needs."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else listed, rest


program = typer.Typer(
    name="idp",
    cls=Program,
    help="Operates the national sign-on provider. Settings come from the environment (IDP_…; docs/operations.md).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(asked: bool) -> None:  # noqa: FBT001 - Typer hands an option's value over by position
    if asked:
        # Not above: no command asks.
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"national-sign-on {version('national-sign-on')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and end.")
]


@program.callback()
def _of_all_commands(*, version: Version = False) -> None:
    """Take what stands before a command."""


def load_command(name: str) -> Command:
    """Import a command of the table."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    if module not in sys.modules:
        with collector_at_rest():
            import_module(module)
    found: typer.Typer | Callable[..., None] = getattr(sys.modules[module], attribute)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return get_group(holder).commands[name]


def main() -> None:
    """Run the command that the process was called with; end the process with its exit code."""
    try:
        program()
    except Exception as failure:
        # Not above: the errors of every part come with the libraries of every part.
        from idp.cli.failures import explain  # noqa: PLC0415

        explained = explain(failure)
        if explained is None:
            raise
        text, code = explained
        print(f"idp: {text}", file=sys.stderr)
        sys.exit(code)


def _only_listed() -> None:
    """Stand in the list for a command that is not imported yet."""


for _name, _entry in COMMANDS.items():
    program.command(_name, help=_entry.help)(_only_listed)
