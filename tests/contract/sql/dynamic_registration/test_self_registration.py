"""What comes of a registration, of its management, and what is fetched for it (RFC 7591 3, RFC 7592 2)."""

from collections.abc import Mapping
from datetime import timedelta

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from clients.client_secret import verify_secret
from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.dynamic_registration import endpoint, model
from idp.admin.errors import StaleVersionError
from idp.kernel.errors import TooManyError
from idp.kernel.ids import made_at
from idp.officers.roles import NATIONAL
from idp.protocol.answers import Answer
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from records.structs import replace
from tests.support.builders.protocol import CLIENT_KEY, ISSUER, public_jwks
from tests.support.parties.client_credentials import new_key
from tests.support.rigs.admin import AGENCY, DEVELOPER, OPERATOR, OTHER_AGENCY, PEPPER, SECOND_OPERATOR, AdminRig
from tests.support.rigs.registering import DOCUMENT, HOST, ORIGIN, RegisteringRig

# What use cases decide: every statement that they cause runs on both databases in test_registration_store.py.
pytestmark = pytest.mark.one_engine("sqlite")
PUBLISHER = "https://publisher.example"


@pytest.fixture
async def rig(database: Database) -> RegisteringRig:
    return RegisteringRig(database)


def error_of(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.error


def signed(claims: Mapping[str, object], key: ECKey = CLIENT_KEY) -> str:
    full = {"iss": PUBLISHER, **claims}
    return jws.serialize_compact({"alg": "ES256", "kid": str(key.kid)}, orjson.dumps(full), key)


async def test_a_client_is_registered_with_secrets_that_are_kept_as_hashes(rig: RegisteringRig) -> None:
    token = await rig.issued()
    made = await rig.registered(token)
    stored = await rig.stored(made)
    assert verify_secret(stored.secrets, str(made["client_secret"]), PEPPER, rig.clock.now())
    assert (stored.stage, stored.agency, stored.active) == ("sandbox", "H37", True)
    assert made_at(stored.client_id.removeprefix(endpoint.PREFIX)) is not None
    registered = (await rig.events())[-1]
    assert (registered.name.value, registered.client_id) == ("client:registration:registered", stored.client_id)
    issued = await rig.database.registrations.token(rig.secrets.initial.digest(token))
    assert issued is not None
    assert registered.details["initial_access_token"] == issued.id
    everything = repr(await rig.events()) + repr(stored) + repr(issued)
    for secret in (token, str(made["client_secret"]), str(made["registration_access_token"])):
        assert secret not in everything


async def test_nothing_is_read_or_fetched_before_the_token_is_proved(rig: RegisteringRig) -> None:
    async def read() -> bytes:
        raise AssertionError("the body was read")

    for shown in (None, "", "nso_iat_short", f"nso_iat_{'x' * 43}", f"nso_rat_{'x' * 43}"):
        answer = await rig.service.register(shown, read, ORIGIN)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="registration"')
    assert rig.servers.asked == []


async def test_a_token_of_an_agency_that_ended_registers_nothing(rig: RegisteringRig) -> None:
    token = await rig.issued(uses=5)
    rig.clock.later(timedelta(days=1))
    assert error_of(await rig.register(token)) == (401, "invalid_token")


async def test_a_refused_registration_uses_nothing_and_is_told_of(rig: RegisteringRig) -> None:
    token = await rig.issued()
    assert error_of(await rig.register(token, scope="openid phone")) == (400, "invalid_client_metadata")
    refused = (await rig.events())[-1]
    assert (refused.name.value, refused.reason) == ("client:registration:refused", "invalid_client_metadata")
    assert "phone" in refused.details["said"]
    assert await rig.registered(token)


async def test_a_token_is_not_tried_for_ever(rig: RegisteringRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MOST_TRIES", 3)
    token = await rig.issued()
    for _ in range(3):
        assert error_of(await rig.register(token, scope="openid phone")) == (400, "invalid_client_metadata")
    with pytest.raises(TooManyError) as refused:
        await rig.register(token)
    assert refused.value.retry_after == model.TRIES_WITHIN
    assert rig.servers.asked == []


async def test_an_agency_has_bounded_clients(rig: RegisteringRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MOST_CLIENTS", 2)
    token = await rig.issued(uses=5)
    first, _ = [await rig.registered(token) for _ in range(2)]
    assert error_of(await rig.register(token)) == (403, "insufficient_scope")
    assert (await rig.delete(first)).status == 204
    assert await rig.registered(token)


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ([f"{HOST}/cb", "https://other.example/"], 201),
        ([f"{HOST}/cb/"], 400),
        (None, 400),
    ],
)
async def test_oidc_registration_5_the_sector_document_names_every_redirect_uri(
    rig: RegisteringRig, document: object, status: int
) -> None:
    address = f"{HOST}/sector.json"
    if document is not None:
        rig.servers.answers[address] = 200, orjson.dumps(document)
    answer = await rig.register(await rig.issued(), sector_identifier_uri=address)
    assert answer.status == status
    assert rig.servers.asked == [address]
    if status != 201:
        assert answer.error == "invalid_client_metadata"
        assert "sector_identifier_uri" in answer.description


async def test_an_update_fetches_only_what_is_new(rig: RegisteringRig) -> None:
    address = f"{HOST}/sector.json"
    rig.servers.answers[address] = 200, orjson.dumps([f"{HOST}/cb"])
    made = await rig.registered(sector_identifier_uri=address)
    assert (await rig.change(made, client_name="New")).status == 200
    assert rig.servers.asked == [address]
    assert error_of(await rig.change(made, redirect_uris=[f"{HOST}/new"])) == (400, "invalid_client_metadata")
    assert rig.servers.asked == [address] * 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (orjson.dumps(public_jwks(CLIENT_KEY)), 201),
        # A server that is not up yet: it is asked again when the client first proves itself.
        (None, 201),
        (b"<html>", 400),
        (orjson.dumps({"keys": [CLIENT_KEY.as_dict(private=True)]}), 400),
    ],
    ids=["good", "silent", "html", "private"],
)
async def test_a_key_set_that_can_never_verify_anything_is_refused(
    rig: RegisteringRig, body: bytes | None, status: int
) -> None:
    address = f"{HOST}/jwks"
    if body is not None:
        rig.servers.answers[address] = 200, body
    answer = await rig.register(await rig.issued(), jwks_uri=address, token_endpoint_auth_method="private_key_jwt")
    assert answer.status == status
    if status == 201:
        assert answer.body is not None
        assert "client_secret" not in answer.body


async def test_a_logo_that_nobody_can_be_shown_is_refused(rig: RegisteringRig) -> None:
    rig.servers.answers[f"{HOST}/logo"] = 200, b"<svg/>"
    answer = await rig.register(await rig.issued(), logo_uri=f"{HOST}/logo")
    assert error_of(answer) == (400, "invalid_client_metadata")
    assert "logo_uri" in answer.description


async def test_rfc7592_2_2_an_update_is_applied_and_told_of(rig: RegisteringRig) -> None:
    made = await rig.registered(contacts=["a@portal.example"])
    answer = await rig.change(made, client_name="New", contacts=None)
    assert answer.status == 200
    assert answer.body is not None
    assert (answer.body["client_name"], "contacts" in answer.body, "client_secret" in answer.body) == (
        "New",
        False,
        False,
    )
    changed = (await rig.events())[-1]
    assert (changed.name.value, changed.details["members"]) == ("client:registration:changed", "client_name contacts")
    stored = await rig.stored(made)
    assert verify_secret(stored.secrets, str(made["client_secret"]), PEPPER, rig.clock.now())


async def test_rfc7592_2_2_a_client_shows_its_secret_and_chooses_none(rig: RegisteringRig) -> None:
    made = await rig.registered()
    assert (await rig.change(made, client_secret=made["client_secret"])).status == 200
    another = await rig.change(made, client_secret="a-secret-that-the-client-chose")
    assert error_of(another) == (400, "invalid_client_metadata")


async def test_another_method_ends_the_secret_and_coming_back_makes_another(rig: RegisteringRig) -> None:
    made = await rig.registered()
    del made["client_secret"]
    public = await rig.change(made, token_endpoint_auth_method="none")
    assert public.status == 200
    assert (await rig.stored(made)).secrets == ()
    back = await rig.change(made, token_endpoint_auth_method="client_secret_post")
    assert back.body is not None
    assert back.body["client_secret_expires_at"] == 0
    assert verify_secret((await rig.stored(made)).secrets, str(back.body["client_secret"]), PEPPER, rig.clock.now())


async def test_an_update_stays_within_the_token_that_registered_the_client(rig: RegisteringRig) -> None:
    made = await rig.registered()
    assert error_of(await rig.change(made, scope="openid phone")) == (400, "invalid_client_metadata")
    elsewhere = await rig.change(made, redirect_uris=["https://elsewhere.example/cb"])
    assert error_of(elsewhere) == (400, "invalid_redirect_uri")
    assert error_of(await rig.change(made, stage="production")) == (400, "invalid_client_metadata")


async def test_a_client_in_production_is_read_and_neither_changed_nor_deleted(rig: RegisteringRig) -> None:
    made = await rig.registered()
    stored = await rig.stored(made)
    await rig.database.clients.save(replace(stored, stage="production"), expected_version=stored.version)
    assert (await rig.read(made)).status == 200
    assert error_of(await rig.change(made, client_name="New")) == (403, "insufficient_scope")
    assert error_of(await rig.delete(made)) == (403, "insufficient_scope")
    assert (await rig.stored(made)).active


async def test_production_is_entered_by_two_people_and_left_to_them(rig: RegisteringRig) -> None:
    made = await rig.registered()
    console = await AdminRig.appointed(rig.database, client_id=ClientId(str(made["client_id"])))
    change = await console.proposed(DEVELOPER, stage="production")
    assert (await rig.stored(made)).stage == "sandbox"
    assert (await rig.change(made, contacts=["a@portal.example"])).status == 200
    # What the client says of itself meanwhile is not what was read.
    with pytest.raises(StaleVersionError):
        await console.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    await console.approvals.withdraw(DEVELOPER, change.id)
    again = await console.proposed(DEVELOPER, stage="production")
    await console.approvals.approve(SECOND_OPERATOR, again.id, again.digest)
    stored = await rig.stored(made)
    assert (stored.stage, stored.contacts) == ("production", ("a@portal.example",))
    assert error_of(await rig.change(made, client_name="New")) == (403, "insufficient_scope")


async def test_a_stopped_client_answers_as_one_that_is_not_there(rig: RegisteringRig) -> None:
    made = await rig.registered()
    stored = await rig.stored(made)
    await rig.database.clients.save(replace(stored, disabled_at=rig.clock.now()), expected_version=stored.version)
    nobody = {**made, "client_id": "dyn-nobody"}
    answers = [await rig.read(made), await rig.change(made), await rig.delete(made), await rig.read(nobody)]
    assert {(one.status, one.error, one.description) for one in answers} == {
        (401, "invalid_token", answers[0].description)
    }


async def test_a_deleted_client_is_stopped_and_its_token_ends(rig: RegisteringRig) -> None:
    made = await rig.registered()
    assert await rig.delete(made) == Answer(204, None)
    assert not (await rig.stored(made)).active
    assert error_of(await rig.delete(made)) == (401, "invalid_token")
    assert (await rig.events())[-2].name.value == "client:registration:deleted"


async def test_whoever_is_late_with_an_update_reads_again(rig: RegisteringRig) -> None:
    made = await rig.registered()
    service = rig.service
    managed = await service.managing.admit(ClientId(str(made["client_id"])), str(made["registration_access_token"]))
    assert (await rig.change(made, client_name="First")).status == 200

    async def late() -> Answer:
        body = orjson.dumps({**DOCUMENT, "client_id": made["client_id"], "client_name": "Second"})
        return await service.managing.change(managed, body, ORIGIN)

    with pytest.raises(Exception, match="invalid_client_metadata"):
        await late()
    assert (await rig.stored(made)).name("vi") == "First"


async def test_rfc7591_2_3_a_trusted_publishers_statement_wins_and_stays(rig: RegisteringRig) -> None:
    await rig.tokens.trust(OPERATOR, NATIONAL, PUBLISHER, public_jwks(CLIENT_KEY))
    statement = signed({"client_name": "Signed", "redirect_uris": [f"{HOST}/signed"]})
    made = await rig.registered(software_statement=statement)
    assert (made["client_name"], made["redirect_uris"]) == ("Signed", [f"{HOST}/signed"])
    assert made["software_statement"] == statement
    # Leaving it out of an update changes nothing of what it asserts.
    answer = await rig.change(made, software_statement=None, client_name="Mine")
    assert answer.body is not None
    assert (answer.body["client_name"], answer.body["software_statement"]) == ("Signed", statement)
    await rig.tokens.distrust(OPERATOR, NATIONAL, PUBLISHER)
    assert error_of(await rig.change(made)) == (400, "unapproved_software_statement")
    assert (await rig.read(made)).status == 200


async def test_a_statement_of_nobody_that_is_trusted_here_is_unapproved(rig: RegisteringRig) -> None:
    statement = signed({"client_name": "Signed"})
    token = await rig.issued()
    await rig.tokens.trust(OTHER_AGENCY, "H26", PUBLISHER, public_jwks(CLIENT_KEY))
    unapproved = (400, "unapproved_software_statement")
    assert error_of(await rig.register(token, software_statement=statement)) == unapproved
    # A publisher of the agency itself, whose keys are others.
    await rig.tokens.trust(AGENCY, "H37", PUBLISHER, public_jwks(new_key("another")))
    invalid = (400, "invalid_software_statement")
    assert error_of(await rig.register(token, software_statement=statement)) == invalid
    await rig.tokens.trust(AGENCY, "H37", PUBLISHER, public_jwks(CLIENT_KEY))
    assert (await rig.register(token, software_statement=statement)).status == 201


async def test_the_nearest_agency_says_which_keys_a_publisher_has(rig: RegisteringRig) -> None:
    await rig.tokens.trust(OPERATOR, NATIONAL, PUBLISHER, public_jwks(CLIENT_KEY))
    await rig.tokens.trust(AGENCY, "H37", PUBLISHER, public_jwks(new_key("another")))
    answer = await rig.register(await rig.issued(), software_statement=signed({}))
    assert error_of(answer) == (400, "invalid_software_statement")


async def test_a_token_may_take_signed_software_only(rig: RegisteringRig) -> None:
    policy = RegistrationPolicy(hosts=("portal.example",), software_statement_required=True)
    token = await rig.issued(policy=policy)
    assert error_of(await rig.register(token)) == (400, "invalid_software_statement")
    await rig.tokens.trust(OPERATOR, NATIONAL, PUBLISHER, public_jwks(CLIENT_KEY))
    audience = signed({"aud": "https://other.example"})
    assert error_of(await rig.register(token, software_statement=audience)) == (400, "invalid_software_statement")
    assert (await rig.register(token, software_statement=signed({"aud": ISSUER}))).status == 201
