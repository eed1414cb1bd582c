"""Gives the people of the flow tests somebody to act for."""

from datetime import UTC, datetime, timedelta

from idp.adapters.sql.database import open_database
from idp.delegation.model import ALL_POWERS, Mandate, MandateKind, Power
from idp.kernel.ids import PersonId
from idp.kernel.key_purposes import KeyPurpose
from records.structs import replace
from tests.support.builders.mandate_rows import mandate_of, place_mandate, place_organisation
from tests.support.running.provider import Citizen, Provider


async def _person_of(provider: Provider, citizen: Citizen) -> str:
    database = await open_database(provider.database_url)
    try:
        root = await provider.root_key(database)
        record = await database.accounts.for_sign_in(root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(citizen.number))
    finally:
        await database.close()
    assert record is not None
    return record.account.person_id


async def _represent(
    provider: Provider, citizen: Citizen, code: str, name: str, powers: frozenset[Power], ends_in: timedelta
) -> Mandate:
    database = await open_database(provider.database_url)
    try:
        sealer = (await provider.root_key(database)).sealer()
    finally:
        await database.close()
    now, person_id = datetime.now(UTC), PersonId(await _person_of(provider, citizen))
    principal_id = await place_organisation(provider.database_url, sealer, code, name, now)
    mandate = replace(mandate_of(person_id, principal_id, now, powers), ends_at=now + ends_in)
    return await place_mandate(provider.database_url, mandate)


def represent(
    provider: Provider,
    citizen: Citizen,
    code: str,
    name: str = "Công ty thử nghiệm",
    powers: frozenset[Power] = ALL_POWERS,
    ends_in: timedelta = timedelta(days=365),
) -> Mandate:
    """Make a citizen the legal representative of a new organisation."""
    return provider.run(_represent(provider, citizen, code, name, powers, ends_in))


async def _guard(provider: Provider, citizen: Citizen, ward: Citizen) -> Mandate:
    guardian, child = PersonId(await _person_of(provider, citizen)), await _person_of(provider, ward)
    mandate = mandate_of(guardian, child, datetime.now(UTC), kind=MandateKind.GUARDIAN)
    return await place_mandate(provider.database_url, mandate)


def guard(provider: Provider, citizen: Citizen, ward: Citizen) -> Mandate:
    """Make a citizen the guardian of another."""
    return provider.run(_guard(provider, citizen, ward))
