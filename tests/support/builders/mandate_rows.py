"""Organisations and mandates written straight into the tables: what somebody holds before a test begins."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from idp.adapters.sql.delegation.tables import mandates, organisations
from idp.adapters.sql.engine.instants import to_micros, to_micros_or_none, to_words
from idp.delegation.model import (
    ALL_POWERS,
    ORGANISATION_PLACE,
    Mandate,
    MandateKind,
    OrganisationFacts,
    Power,
    PrincipalKind,
)
from idp.kernel.ids import MandateId, PersonId, new_id
from idp.kernel.secrets import Sealer
from records.structs import replace


def mandate_of(
    actor_id: PersonId,
    principal_id: str,
    now: datetime,
    powers: frozenset[Power] = ALL_POWERS,
    kind: MandateKind = MandateKind.REPRESENTATIVE,
) -> Mandate:
    """Return a mandate that stands since a moment ago, for a year."""
    person = kind in {MandateKind.GUARDIAN, MandateKind.HELPER}
    return Mandate(
        id=MandateId(new_id()),
        principal_id=principal_id,
        principal_kind=PrincipalKind.PERSON if person else PrincipalKind.ORGANISATION,
        kind=kind,
        actor_id=actor_id,
        actor_index=new_id().encode(),
        actor_sealed=b"sealed",
        powers=powers,
        giver_id=None,
        given_under=None,
        offered_at=now - timedelta(minutes=1),
        accepted_at=now - timedelta(minutes=1),
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=365),
    )


async def place_organisation(url: str, sealer: Sealer, code: str, name: str, now: datetime) -> str:
    """Write an organisation and return its id."""
    organisation_id = new_id()
    facts = sealer.seal(
        msgspec.json.encode(OrganisationFacts(code, name, "active")), ORGANISATION_PLACE.of(organisation_id)
    )
    row = {
        "organisation_id": organisation_id,
        "code_index": organisation_id.encode(),
        "facts_sealed": facts,
        "proof": "proved",
        "proved_at": to_micros(now),
        "created_at": to_micros(now),
    }
    await _insert(url, organisations.name, row)
    return organisation_id


async def place_mandate(url: str, mandate: Mandate) -> Mandate:
    """Write a mandate and return it."""
    row = {
        "principal_id": mandate.principal_id,
        "mandate_id": mandate.id,
        "principal_kind": mandate.principal_kind.value,
        "kind": mandate.kind.value,
        "actor_id": mandate.actor_id,
        "actor_index": mandate.actor_index,
        "actor_sealed": mandate.actor_sealed,
        "powers": to_words(power for power in Power if power in mandate.powers),
        "giver_id": mandate.giver_id,
        "given_under": mandate.given_under,
        "offered_at": to_micros(mandate.offered_at),
        "accepted_at": to_micros_or_none(mandate.accepted_at),
        "starts_at": to_micros(mandate.starts_at),
        "ends_at": to_micros(mandate.ends_at),
        "suspended_at": to_micros_or_none(mandate.suspended_at),
        "ended_at": to_micros_or_none(mandate.ended_at),
    }
    await _insert(url, mandates.name, row)
    return mandate


async def end_mandate(url: str, mandate: Mandate, at: datetime) -> Mandate:
    """End a mandate behind everybody's back: only its own row says so."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        changed = {"at": to_micros(at), "id": mandate.id}
        await connection.execute(text("UPDATE mandates SET ended_at = :at WHERE mandate_id = :id"), changed)
    await engine.dispose()
    return replace(mandate, ended_at=at)


async def _insert(url: str, table: str, row: Mapping[str, object]) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(insert({"mandates": mandates, "organisations": organisations}[table]).values(**row))
    await engine.dispose()
