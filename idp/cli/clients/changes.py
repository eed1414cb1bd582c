"""Applying a client file to a running system, with its audit events."""

import asyncio
from pathlib import Path

from msgspec import Struct

from clients.errors import ClientFileError, ClientsError, RuleBrokenError
from clients.file import read_client_file
from clients.local_days import day_of
from clients.model import Client
from clients.plan import ApplyPlan, PlannedClient, plan
from clients.public_digest import public_digest
from clients.service import Applied, apply
from idp.admin.clients.agency import agency_problems
from idp.admin.clients.logo import LogoFetch
from idp.admin.clients.provider_rules import provider_problems
from idp.admin.clients.sector_document import OF_THE_SECTOR, SectorCheck, contradictions
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName, RecordEvent
from idp.cli.demonstration.people import mark_demonstration
from idp.cli.officers.bootstrap import demand_beginning
from idp.cli.session import operator_event
from idp.kernel.errors import IdpError
from idp.kernel.installation import PUBLIC_SECRET
from idp.kernel.key_purposes import KeyPurpose
from idp.transparency.published import METADATA_DIGEST
from records.structs import replace


class AppliedFile(Struct, frozen=True):
    """What a client file asked for, and what came of it; `applied` is None where it was only compared.

    `interrupted` is what stopped it half-way. What was applied until then stands, made secrets included, so it is
    shown before the error is.
    """

    plan: ApplyPlan
    applied: Applied | None
    interrupted: ClientsError | IdpError | None = None


async def compare_file(foundation: Foundation, file: Path) -> AppliedFile:
    """Say what applying the file would change. Raises ClientFileError with every problem of the file."""
    return AppliedFile(await plan_file(foundation, file), applied=None)


async def apply_file(foundation: Foundation, file: Path) -> AppliedFile:
    """Apply the file. Raises ClientFileError with every problem of the file, OperatorError if it gives a client away.

    From the country's second operator on, a client goes to another agency by that agency's word.
    """
    asked = await plan_file(foundation, file)
    given = [one.client.client_id for one in asked.changed if one.is_given_away]
    await demand_beginning(
        foundation, given, "would go to another agency, which takes its word: move it in the console first"
    )
    await _demand_sectors(foundation, asked)
    return await carry_out(foundation, asked)


async def _demand_sectors(foundation: Foundation, asked: ApplyPlan) -> None:
    """Raise ClientFileError where a sector's document lacks a redirect URI of a client (OIDC Registration 5).

    One that nobody can fetch yet hinders nothing: the operator vouches for it.
    """
    new = [one.client for one in asked.created]
    new += [one.client for one in asked.changed if any(two.field in OF_THE_SECTOR for two in one.differences)]
    sectors = SectorCheck(foundation.caller)
    found = await asyncio.gather(*(sectors.check(client) for client in new))
    problems = [
        replace(problem, field=f"{client.client_id}.{problem.field}")
        for client, finding in zip(new, found, strict=True)
        for problem in contradictions(finding)
    ]
    if problems:
        raise ClientFileError(problems)


async def plan_file(foundation: Foundation, file: Path) -> ApplyPlan:
    """Compare the file with the registry. Raises ClientFileError with every problem of the file."""
    now = foundation.clock.now()
    entries = read_client_file(file, now)
    problems = await agency_problems(foundation.database.agencies, [entry.client for entry in entries], day_of(now))
    for one in (entry.client for entry in entries):
        problems += [replace(found, field=f"{one.client_id}.{found.field}") for found in provider_problems(one)]
    if problems:
        raise ClientFileError(problems)
    existing = await foundation.database.clients.load_all()
    return plan(existing, entries, client_pepper(foundation), now)


async def carry_out(foundation: Foundation, asked: ApplyPlan) -> AppliedFile:
    """Apply a plan client by client, each with its audit event; stop at the first that cannot be saved."""
    if any((one.literal_secret or "").startswith(PUBLIC_SECRET) for one in (*asked.created, *asked.changed)):
        await mark_demonstration(foundation)
    saved: list[Client] = []
    secrets: dict[str, str] = {}
    interrupted: ClientsError | IdpError | None = None
    steps = [ApplyPlan((one,), (), (), ()) for one in asked.created]
    steps += [ApplyPlan((), (one,), (), ()) for one in asked.changed]
    for planned in steps:
        try:
            step = await _with_logos(foundation, planned)
            done = await apply(foundation.database.clients, step, client_pepper(foundation), foundation.clock.now())
            saved += done.clients
            secrets |= done.made_secrets
            await foundation.database.ledger.commit(_event(foundation, step, done.clients[0]))
        except (ClientsError, IdpError) as error:
            interrupted = error
            break
    return AppliedFile(asked, Applied(tuple(saved), secrets), interrupted)


async def _with_logos(foundation: Foundation, step: ApplyPlan) -> ApplyPlan:
    """Return the step with the pictures of its clients; without one that cannot be shown, which the doctor tells."""
    looks, now = LogoFetch(foundation.caller), foundation.clock.now()

    async def with_logo(one: PlannedClient) -> PlannedClient:
        try:
            client, pictures = await looks.with_logo(one.client, now)
        except RuleBrokenError:
            return one
        if pictures:
            await foundation.database.ledger.commit(*pictures)
        return replace(one, client=client)

    created = [await with_logo(one) for one in step.created]
    changed = [await with_logo(one) for one in step.changed]
    return replace(step, created=tuple(created), changed=tuple(changed))


def client_pepper(foundation: Foundation) -> bytes:
    """Return the key that client secrets are hashed with."""
    return foundation.root_key.raw(KeyPurpose.CLIENT_SECRETS)


def _event(foundation: Foundation, step: ApplyPlan, saved: Client) -> RecordEvent:
    now, name, digest = foundation.clock.now(), EventName.CLIENT_CHANGED, {METADATA_DIGEST: public_digest(saved)}
    if step.created:
        return operator_event(name, now, reason="created", client_id=saved.client_id, details=digest)
    (one,) = step.changed
    # The names of the members alone: values may be addresses of people (contacts).
    details = {"members": " ".join(difference.field for difference in one.differences), **digest}
    return operator_event(name, now, reason="changed", client_id=saved.client_id, details=details)
