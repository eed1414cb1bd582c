"""What a certification suite brings along: a client that registered next to nothing, and a person with every claim."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime

import orjson

from clients.model import RESPONSE_TYPES, ClientId
from idp.account.model import PROFILE_PLACE
from idp.adapters.hashing.argon2_pool import Argon2Pool
from idp.adapters.sql.database import open_database
from idp.kernel.key_purposes import KeyPurpose
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty
from tests.support.running.provider import Citizen, opening_of

SUITE = ClientId("bo-kiem-dinh")
SCOPES = "openid profile email address phone offline_access"
# What somebody who deals with the suite has beside what every citizen of the tests has: a value of its type for all.
FURTHER: dict[str, object] = {
    "family_name": "Nguyễn",
    "middle_name": "Văn",
    "given_name": "Bình",
    "nickname": "Bình",
    "preferred_username": "nguyen.van.binh",
    "profile": "https://nguyen-van-binh.example/ho-so",
    "picture": "https://nguyen-van-binh.example/anh.png",
    "website": "https://nguyen-van-binh.example/",
    "gender": "male",
    "zoneinfo": "Asia/Ho_Chi_Minh",
    "locale": "vi",
    "email": "nguyen.van.binh@thu.example",
    "email_verified": True,
    "address": {"formatted": "Số 1 phố Trình Diễn\nHà Nội", "country": "Việt Nam"},
}


def suite(running: RunningProvider, client_id: ClientId = SUITE, **members: object) -> RelyingParty:
    """Return a client as the suite registers it: no scope, no algorithm of ID tokens, all response types."""
    if client_id not in running.portals:
        made = portal(
            client_id,
            running.listener,
            security_profile="certification",
            grant_types=["authorization_code", "refresh_token", "implicit"],
            response_types=list(RESPONSE_TYPES),
            **members,
        )
        entry = {
            name: value for name, value in made.entry.items() if name not in {"scope", "id_token_signed_response_alg"}
        }
        # OIDC Registration 2: what names no algorithm is signed by RS256.
        running.portals[client_id] = replace(made, entry=entry, algorithm="RS256")
        running.apply(running.portals[client_id])
    return running.party(client_id)


_PEOPLE: dict[str, Citizen] = {}


def person_of_the_suite(running: RunningProvider) -> Citizen:
    """Return the person who has every standard claim (OIDC Core 5.1), with an account since somebody asked first."""
    if running.provider.database_url not in _PEOPLE:
        person = Citizen("001899700001", name="Nguyễn Văn Bình", phone="+84509700001")
        running.provider.run(_opened(running, person))
        _PEOPLE[running.provider.database_url] = person
    return _PEOPLE[running.provider.database_url]


async def _opened(running: RunningProvider, person: Citizen) -> None:
    async with AsyncExitStack() as stack:
        database = await open_database(running.provider.database_url)
        stack.push_async_callback(database.close)
        root = await running.provider.root_key(database)
        hasher = Argon2Pool(pepper=root.raw(KeyPurpose.PASSWORDS))
        stack.callback(hasher.close)
        opening = opening_of(person, root, await hasher.hash(person.password))
        sealer, place = root.sealer(), PROFILE_PLACE.of(opening.account.person_id)
        profile = {**orjson.loads(sealer.open(opening.profile_sealed, place)), **FURTHER}
        profile["updated_at"] = int(datetime.now(UTC).timestamp())
        assert await database.ledger.commit(replace(opening, profile_sealed=sealer.seal(orjson.dumps(profile), place)))
