"""Fills an empty store of ours: the schema, one client, and people to sign in."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import chain

import orjson

from bench import second_steps, strict
from bench.browser import CLIENT_SECRET, REDIRECT_URI, Visitor
from bench.passkeys import enrol
from clients.metadata import parse_entry
from clients.model import ClientId
from clients.plan import plan
from clients.service import apply
from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
)
from idp.app.foundation.opening import Foundation, open_foundation
from idp.environment import Settings
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.secrets import Sealer
from migrations.runner import upgrade

CLIENT_ID = ClientId("bench")
ISSUER = "https://signon.example"
PASSWORD = "bench-Password-of-nobody-1"
_HOW_MANY = 64
# One transaction for many accounts: a flush to the disk for each would take longer than a round.
_AT_ONCE = 128
CLIENT = {
    "client_id": CLIENT_ID,
    "client_name": "Cổng đo tải",
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
    "client_secret": CLIENT_SECRET,
    "scope": "openid profile",
    "id_token_signed_response_alg": "ES256",
    "subject_type": "pairwise",
    "sector": "state",
    "require_consent": False,
}


def visitors() -> Iterator[Visitor]:
    """Yield the people of the load test: numbers that no registry office has given out."""
    for index in range(1, _HOW_MANY + 1):
        yield Visitor(f"001899{900000 + index:06d}", f"198.51.100.{index}")


def prepare(settings: Settings) -> Sealer:
    """Bring an empty database to where the provider can be measured; return what its values are sealed with."""
    upgrade(settings.database_url)
    return asyncio.run(_fill(settings))


async def _fill(settings: Settings) -> Sealer:
    async with AsyncExitStack() as stack:
        foundation = await open_foundation(settings, stack)
        now = foundation.clock.now()
        pepper = foundation.root_key.raw(KeyPurpose.CLIENT_SECRETS)
        wanted = tuple(parse_entry(entry, now) for entry in (CLIENT, *strict.entries(CLIENT_SECRET)))
        await apply(foundation.database.clients, plan((), wanted, pepper, now), pepper, now)
        sealer, password_hash = foundation.shared.sealer, await foundation.hasher.hash(PASSWORD)
        for visitor in visitors():
            await _open(foundation, _opening(foundation, visitor, password_hash, now))
            await enrol(foundation, visitor.number)
        openings = [_opening(foundation, visitor, password_hash, now) for visitor in second_steps.people()]
        for start in range(0, len(openings), _AT_ONCE):
            together = openings[start : start + _AT_ONCE]
            steps = (second_steps.two_steps(opening.account, sealer, now) for opening in together)
            await _open(foundation, *together, *chain.from_iterable(steps))
        return sealer


async def _open(foundation: Foundation, *effects: Effect) -> None:
    if not await foundation.database.ledger.commit(*effects):
        raise RuntimeError("somebody has an account already: the store was not empty")


def _opening(foundation: Foundation, visitor: Visitor, password_hash: str, now: datetime) -> OpenAccount:
    root, sealer = foundation.root_key, foundation.shared.sealer
    number, phone = visitor.number, f"+8491234{visitor.number[-4:]}"
    profile = {"name": "Người Đo Tải", "birthdate": "2399", "updated_at": 1793865600, "locale": "vi"}
    person_id = PersonId(new_id())
    return OpenAccount(
        account=Account(AccountId(new_id()), person_id, AccountStatus.OPEN, ProofState.PROVED, "vi", now),
        number=SealedValue(
            root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(number),
            sealer.seal(number.encode(), NUMBER_PLACE.of(person_id)),
        ),
        phone=SealedValue(
            root.hash_key(KeyPurpose.PHONES).digest(phone), sealer.seal(phone.encode(), PHONE_PLACE.of(person_id))
        ),
        profile_sealed=sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id)),
        password_hash=password_hash,
    )
