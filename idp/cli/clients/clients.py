"""`idp clients`: the registry of relying parties."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from clients.errors import RuleBrokenError
from clients.exceptions.dated import endings
from clients.model import Client, ClientId
from clients.policy import SECRET_OVERLAP
from clients.profiles import profile_of
from clients.public_digest import public_digest
from clients.secret_age import WORDS, secret_care
from clients.service import disable, rotate_secret
from clients.shown import client_document
from idp.admin.clients.logo import LogoFetch
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.clients.changes import apply_file, client_pepper, compare_file
from idp.cli.clients.initial_tokens import (
    distrust_software_command,
    initial_token_command,
    initial_tokens_command,
    revoke_initial_token_command,
    trust_software_command,
)
from idp.cli.clients.texts import say_applied, say_applied_document, say_drift
from idp.cli.errors import OperatorError
from idp.cli.output import DRIFTED, AsJson, moment, say, say_json, say_table
from idp.cli.session import operator_event, run
from idp.kernel.clock import SystemClock
from idp.transparency.published import METADATA_DIGEST
from records.structs import replace

clients_program = typer.Typer(help="Apply client files; list, show and disable clients.", no_args_is_help=True)
ClientArgument = Annotated[str, typer.Argument(metavar="CLIENT-ID")]
_HOUR = timedelta(hours=1)
clients_program.command("initial-token")(initial_token_command)
clients_program.command("initial-tokens")(initial_tokens_command)
clients_program.command("revoke-initial-token")(revoke_initial_token_command)
clients_program.command("trust-software")(trust_software_command)
clients_program.command("distrust-software")(distrust_software_command)


@clients_program.command("apply")
def apply_command(
    file: Annotated[Path, typer.Argument(help="YAML with a `clients:` list.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the difference and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the clients that FILE names to what FILE says; others stay. Repeating it changes nothing.

    A client whose entry has no client_secret gets one, printed this once.
    """
    work = compare_file if dry_run else apply_file
    outcome = run(lambda foundation: work(foundation, file))
    if as_json:
        say_applied_document(outcome)
    else:
        say_applied(outcome)


@clients_program.command("drift")
def drift_command(
    file: Annotated[Path, typer.Argument(help="YAML with a `clients:` list.")], *, as_json: AsJson = False
) -> None:
    """Say where the registry differs from FILE, clients that it does not name included; exit code 1 if it does."""
    if say_drift(run(lambda foundation: compare_file(foundation, file)), as_json=as_json):
        raise typer.Exit(DRIFTED)


@clients_program.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """List all clients, disabled ones too."""
    known = sorted(run(lambda foundation: foundation.database.clients.load_all()), key=lambda one: one.client_id)
    if as_json:
        say_json([client_document(client) for client in known])
        return
    columns = ("CLIENT-ID", "NAME", "SECTOR", "PROFILE", "AUTHENTICATION", "STATE")
    now = SystemClock().now()
    say_table(
        columns,
        [
            (
                one.client_id,
                one.name("vi"),
                one.sector,
                one.security_profile,
                one.token_endpoint_auth_method,
                _state(one, now),
            )
            for one in known
        ],
    )


@clients_program.command("show")
def show_command(client_id: ClientArgument, *, as_json: AsJson = False) -> None:
    """Show everything registered of one client. Secrets are kept as hashes only, so they cannot be shown."""
    client = run(lambda foundation: find_client(foundation, ClientId(client_id)))
    document = client_document(client)
    if as_json:
        say_json(document)
        return
    for name, value in document.items():
        if value not in (None, "", []):
            say(f"{name}: {value}")
    say(f"{client.security_profile}: {profile_of(client).meaning}")
    for warning in _warnings(client, SystemClock().now()):
        say(f"warning: {warning}")


@clients_program.command("disable")
def disable_command(client_id: ClientArgument) -> None:
    """Stop a client: within a second no server signs anybody in to it or gives it tokens."""
    run(lambda foundation: _disable(foundation, ClientId(client_id)))
    say(f"{client_id} is disabled.")


@clients_program.command("rotate-secret")
def rotate_secret_command(
    client_id: ClientArgument,
    *,
    overlap: Annotated[
        float, typer.Option(metavar="HOURS", min=0, help="How long the old secret still works; 0 ends it at once.")
    ] = SECRET_OVERLAP / _HOUR,
    as_json: AsJson = False,
) -> None:
    """Give a client a new secret, printed this once."""
    secret, ends_at = run(lambda foundation: _rotate_secret(foundation, ClientId(client_id), overlap * _HOUR))
    if as_json:
        say_json({"client_id": client_id, "client_secret": secret, "earlier_secrets_end_at": ends_at})
    else:
        say(f"client_secret of {client_id}, shown this once: {secret}")
        say(f"Earlier secrets end at {moment(ends_at)}.")


@clients_program.command("fetch-logo")
def fetch_logo_command(client_id: ClientArgument) -> None:
    """Fetch a client's logo from its address and show that picture from now on, whatever the address answers later."""
    run(lambda foundation: _fetch_logo(foundation, ClientId(client_id)))
    say(f"The logo of {client_id} is shown.")


async def find_client(foundation: Foundation, client_id: ClientId) -> Client:
    """Return the client, or raise OperatorError."""
    for client in await foundation.database.clients.load_all():
        if client.client_id == client_id:
            return client
    raise OperatorError(f"no client has the id {client_id}; `idp clients list` shows them")


async def _disable(foundation: Foundation, client_id: ClientId) -> None:
    client = await find_client(foundation, client_id)
    if not client.active:
        return
    now = foundation.clock.now()
    stopped = await disable(foundation.database.clients, client, now)
    details = {METADATA_DIGEST: public_digest(stopped)}
    event = operator_event(EventName.CLIENT_CHANGED, now, reason="disabled", client_id=client_id, details=details)
    await foundation.database.ledger.commit(event)


async def _rotate_secret(foundation: Foundation, client_id: ClientId, overlap: timedelta) -> tuple[str, datetime]:
    client = await find_client(foundation, client_id)
    now = foundation.clock.now()
    rotated, secret = await rotate_secret(
        foundation.database.clients, client, client_pepper(foundation), now, overlap=overlap
    )
    details = {"overlap_seconds": str(int(overlap.total_seconds())), METADATA_DIGEST: public_digest(rotated)}
    event = operator_event(EventName.CLIENT_CHANGED, now, reason="secret_rotated", client_id=client_id, details=details)
    await foundation.database.ledger.commit(event)
    return secret, now + overlap


async def _fetch_logo(foundation: Foundation, client_id: ClientId) -> None:
    client, now = await find_client(foundation, client_id), foundation.clock.now()
    if client.logo_uri is None:
        raise OperatorError(f"{client_id} has no logo_uri")
    try:
        shown, pictures = await LogoFetch(foundation.caller).with_logo(replace(client, logo=None), now)
    except RuleBrokenError as error:
        raise OperatorError(f"{client_id}: {error.reason}; {error.remedy}") from error
    await foundation.database.ledger.commit(*pictures)
    stored = await foundation.database.clients.save(replace(shown, updated_at=now), expected_version=client.version)
    details = {"members": "logo", METADATA_DIGEST: public_digest(stored)}
    event = operator_event(EventName.CLIENT_CHANGED, now, reason="changed", client_id=client_id, details=details)
    await foundation.database.ledger.commit(event)


def _state(client: Client, now: datetime) -> str:
    if client.disabled_at is not None:
        return f"disabled since {moment(client.disabled_at)}"
    return "; ".join(("active", *_warnings(client, now)))


def _warnings(client: Client, now: datetime) -> list[str]:
    care = secret_care(client, now)
    ending = (one.said for one in endings(client, now))
    return [word for word in (*ending, WORDS[care] if care else None) if word]
