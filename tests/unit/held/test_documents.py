"""What programs read about the provider: discovery, the document of the administration API, what commands take."""

import json
from collections.abc import Iterator

from typer._click import Command
from typer.core import TyperArgument, TyperGroup, TyperOption

from idp.cli.program import COMMANDS, load_command
from idp.protocol.discovery import discovery_document
from idp.protocol.endpoints import ENDPOINTS
from idp.web.admin_api.openapi import openapi_document
from idp.web.admin_api.table import OPERATIONS
from tests.support.builders.protocol import ISSUER
from tests.unit.held.snapshots import hold


def test_discovery_says_what_it_said() -> None:
    hold("discovery", written(discovery_document(ISSUER, ENDPOINTS)))


def test_the_document_of_the_api_says_what_it_said() -> None:
    hold("openapi", written(json.loads(openapi_document(ISSUER, OPERATIONS))))


def written(document: object) -> list[str]:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True).splitlines()


def test_every_command_takes_what_it_took() -> None:
    hold("commands", (line for name in sorted(COMMANDS) for line in of_command(name, load_command(name))))


def of_command(name: str, command: Command) -> Iterator[str]:
    yield f"idp {name}: {' '.join((command.help or '').split())}"
    for one in command.params:
        if isinstance(one, TyperOption | TyperArgument) and one.name != "help":
            words, reported = ", ".join([*one.opts, *one.secondary_opts]), " ".join((one.help or "").split())
            several = " several" if one.nargs != 1 or getattr(one, "multiple", False) else ""
            # By default as many as the machine has cores.
            default = "cores" if one.name == "processes" else repr(one.default)
            needed = "required" if one.required else f"else {default}"
            yield f"    {words or one.name}{several}, {needed}: {reported}"
    if isinstance(command, TyperGroup):
        for below in sorted(command.commands):
            yield from of_command(f"{name} {below}", command.commands[below])
