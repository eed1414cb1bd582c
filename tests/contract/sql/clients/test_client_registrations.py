"""Client registrations on the stores: sandbox, production under two pairs of eyes, secrets, the emergency stop."""

from datetime import timedelta

import pytest

from clients.client_secret import verify_secret
from clients.metadata import parse_entry
from clients.model import Client, ClientId
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import OPEN_FOR, REVIEW_WITHIN, Change, ChangeState
from idp.admin.errors import (
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
)
from idp.admin.permissions import Permission
from records.structs import replace
from tests.support.rigs.admin import (
    AGENCY,
    AUDITOR,
    COLLEAGUE,
    COMMUNE,
    DEVELOPER,
    HOST,
    OPERATOR,
    OTHER_AGENCY,
    PEPPER,
    SUPPORT,
    AdminRig,
    administrator,
    portal,
)

# What use cases decide: every statement that they cause runs on both databases in other files.
pytestmark = pytest.mark.one_engine("sqlite")

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


async def problems_of(rig: AdminRig, **members: object) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as refused:
        await rig.clients.register(DEVELOPER, portal(**members))
    return {(problem.field, problem.rule) for problem in refused.value.problems}


async def test_a_client_begins_in_the_sandbox_with_a_secret_that_is_shown_once(rig: AdminRig) -> None:
    registered = await rig.clients.register(DEVELOPER, portal())
    stored = await rig.stored()
    assert (stored.stage, stored.agency, stored.version) == ("sandbox", "H37", 1)
    assert registered.secret is not None
    assert verify_secret(stored.secrets, registered.secret, PEPPER, rig.clock.now())
    assert registered.secret not in repr(registered)
    assert await rig.events() == ["admin:client:registered"]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"stage": "production"}, ("stage", "sandbox-first")),
        ({"client_secret": "a-literal-secret-of-the-tests"}, ("client_secret", "made-here")),
        ({"security_profile": "certification"}, ("security_profile", "certification")),
        ({"agency": "H99"}, ("agency", "unknown-agency")),
        (
            {"account_kinds": ["officer"], "officer_agencies": ["H37.12", "H99"]},
            ("officer_agencies", "unknown-agency"),
        ),
        ({"version": 7}, ("version", "unknown")),
        ({"secrets": []}, ("secrets", "unknown")),
        ({"disabled_at": None}, ("disabled_at", "unknown")),
        ({"client_name": "<script>alert(1)</script>"}, ("client_name", "no-markup")),
        ({"redirect_uris": ["javascript:alert(1)"]}, ("redirect_uris[0]", "dangerous-scheme")),
        ({"redirect_uris": [f"{HOST}/*"]}, ("redirect_uris[0]", "no-wildcard")),
        ({"client_name": "x" * 201}, ("client_name", "length")),
        ({"logo_uri": "http://logo.example/x.svg"}, ("logo_uri", "https")),
        ({"scope": 7}, ("scope", "type")),
        ({"scope": "openid profil", "legal_basis": {}}, ("scope", "unknown-scope")),
        ({"minimum_acr": "loa9"}, ("minimum_acr", "unknown-level")),
        ({"default_acr_values": ["loa2", "loa9"]}, ("default_acr_values", "unknown-level")),
        ({"security_profile": "fapi9"}, ("security_profile", "choice")),
        ({"redirect_uris": ["https://10.0.0.1/cb"]}, ("redirect_uris[0]", "inner-address")),
        ({"backchannel_logout_uri": "https://169.254.169.254/latest"}, ("backchannel_logout_uri", "inner-address")),
        ({"logo_uri": "https://metadata.google.internal/x"}, ("logo_uri", "inner-address")),
        ({"client_uri": "https://intranet/"}, ("client_uri", "inner-address")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value[1],
)
async def test_what_may_not_be_registered(rig: AdminRig, members: dict[str, object], problem: tuple[str, str]) -> None:
    assert problem in await problems_of(rig, **members)
    assert await rig.database.clients.load_all() == []


@pytest.mark.parametrize("actor", [AUDITOR, SUPPORT], ids=["auditor", "support"])
async def test_who_may_not_register(rig: AdminRig, actor: Actor) -> None:
    with pytest.raises(NotPermittedError):
        await rig.clients.register(actor, portal())


@pytest.mark.parametrize("actor", [OTHER_AGENCY, COMMUNE], ids=["beside", "below"])
async def test_another_agencys_client_is_not_found(rig: AdminRig, actor: Actor) -> None:
    with pytest.raises(NotFoundError):
        await rig.clients.register(actor, portal())
    await rig.clients.register(DEVELOPER, portal())
    with pytest.raises(NotFoundError):
        await rig.clients.find(actor, ClientId("portal"))
    with pytest.raises(NotFoundError):
        await rig.clients.change(actor, ClientId("portal"), 1, await rig.document(), "not mine to change")
    with pytest.raises(NotFoundError):
        await rig.clients.stop(actor, ClientId("portal"), "not mine to stop")
    with pytest.raises(NotFoundError):
        await rig.clients.rotate_secret(actor, ClientId("portal"), 1)


@pytest.mark.parametrize("actor", [AGENCY, OTHER_AGENCY, OPERATOR], ids=["own", "other", "operator"])
async def test_a_client_that_is_not_there_reads_like_another_agencys(rig: AdminRig, actor: Actor) -> None:
    with pytest.raises(NotFoundError):
        await rig.clients.find(actor, ClientId("nobody"))


async def test_an_id_is_given_once(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    with pytest.raises(ConflictError):
        await rig.clients.register(DEVELOPER, portal(client_name="Another"))


async def test_in_the_sandbox_changes_apply_at_once(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    changed = await rig.change(DEVELOPER, client_name="Cổng mới", redirect_uris=["http://127.0.0.1:9000/callback"])
    assert isinstance(changed, Client)
    assert (await rig.stored()).client_name == {"": "Cổng mới"}
    assert len((await rig.stored()).secrets) == 1


async def test_ad_3_what_is_left_out_falls_to_the_safe_default_and_keeps_what_the_registry_owns(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal(contacts=["a@langson.gov.vn"]))
    document = {name: value for name, value in (await rig.document()).items() if name != "contacts"}
    await rig.clients.change(DEVELOPER, ClientId("portal"), 1, document, "no contacts any more")
    stored = await rig.stored()
    assert (stored.contacts, len(stored.secrets), stored.sector_identifier) == ((), 1, "dichvucong.langson.gov.vn")


async def test_a_change_of_nothing_is_refused(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    with pytest.raises(ConflictError):
        await rig.change(DEVELOPER)


async def test_a_change_from_an_old_version_is_refused(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    document = await rig.document(client_name="Lost")
    await rig.change(DEVELOPER, client_name="Won")
    with pytest.raises(StaleVersionError):
        await rig.clients.change(DEVELOPER, ClientId("portal"), 1, document, "from an old page")
    assert (await rig.stored()).client_name == {"": "Won"}


async def test_production_waits_for_the_agencys_second_person(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    change = await rig.proposed(DEVELOPER, stage="production")
    assert (change.needs, (await rig.stored()).stage) == (Permission.CLIENTS_APPROVE, "sandbox")
    applied = await rig.approvals.approve(AGENCY, change.id, change.digest)
    assert (applied.state, (await rig.stored()).stage) == (ChangeState.APPLIED, "production")
    assert await rig.events() == ["admin:client:registered", "admin:change:proposed", "admin:change:approved"]


async def test_production_wants_a_legal_basis_for_every_scope(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal(scope="openid profile email"))
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, stage="production")
    assert [(one.field, one.rule) for one in refused.value.problems] == [("legal_basis", "basis-required")]
    assert "email" in refused.value.problems[0].reason


async def test_production_is_never_left_for_the_sandbox(rig: AdminRig) -> None:
    await rig.in_production()
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, stage="sandbox")
    assert refused.value.problems[0].rule == "no-way-back"


async def test_a_client_keeps_its_id(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, client_id="another")
    assert refused.value.problems[0].rule == "fixed"


async def test_what_harms_nobody_applies_at_once_in_production_too(rig: AdminRig) -> None:
    await rig.in_production()
    assert isinstance(await rig.change(DEVELOPER, contacts=["b@langson.gov.vn"]), Client)
    assert isinstance(await rig.change(DEVELOPER, redirect_uris=[f"{HOST}/other"]), Change)


async def test_one_proposal_of_a_client_waits_at_a_time_and_an_expired_one_makes_room(rig: AdminRig) -> None:
    await rig.in_production()
    await rig.proposed(DEVELOPER, redirect_uris=[f"{HOST}/one"])
    with pytest.raises(ConflictError):
        await rig.proposed(DEVELOPER, redirect_uris=[f"{HOST}/two"])
    rig.clock.later(OPEN_FOR)
    assert (await rig.proposed(DEVELOPER, redirect_uris=[f"{HOST}/two"])).state is ChangeState.PROPOSED


async def test_a_secret_is_rotated_with_overlap(rig: AdminRig) -> None:
    first = await rig.clients.register(DEVELOPER, portal())
    second = await rig.clients.rotate_secret(DEVELOPER, ClientId("portal"), 1, timedelta(hours=1))
    assert first.secret is not None
    assert second.secret is not None
    stored, now = await rig.stored(), rig.clock.now()
    assert second.earlier_end_at == now + timedelta(hours=1)
    for secret in (first.secret, second.secret):
        assert verify_secret(stored.secrets, secret, PEPPER, now)
    later = now + timedelta(hours=1)
    assert not verify_secret(stored.secrets, first.secret, PEPPER, later)
    assert verify_secret(stored.secrets, second.secret, PEPPER, later)


async def test_a_secret_is_not_rotated_for_a_client_that_has_none(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal(token_endpoint_auth_method="none"))
    with pytest.raises(ConflictError):
        await rig.clients.rotate_secret(DEVELOPER, ClientId("portal"), 1)


async def test_asvs_7_5_3_a_secret_takes_a_fresh_factor(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    tired = administrator("tired", next(iter(DEVELOPER.grants)).role, "H37", fresh=False)
    with pytest.raises(FreshFactorNeededError):
        await rig.clients.rotate_secret(tired, ClientId("portal"), 1)


async def test_one_person_stops_a_client_at_once_and_another_reviews_it(rig: AdminRig) -> None:
    await rig.in_production()
    stop = await rig.clients.stop(AGENCY, ClientId("portal"), "its secret was found in public")
    assert not (await rig.stored()).active
    assert stop.review_by == rig.clock.now() + REVIEW_WITHIN
    assert [change.id for change in await rig.approvals.waiting(COLLEAGUE)] == [stop.id]
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(AGENCY, stop.id)
    await rig.approvals.review(COLLEAGUE, stop.id)
    assert await rig.approvals.waiting(COLLEAGUE) == []
    assert not (await rig.stored()).active


async def test_a_stopped_client_works_again_when_two_want_it(rig: AdminRig) -> None:
    await rig.in_production()
    await rig.clients.stop(AGENCY, ClientId("portal"), "a false alarm perhaps")
    asked = await rig.clients.ask_to_enable(AGENCY, ClientId("portal"), "it was a false alarm")
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(AGENCY, asked.id, asked.digest)
    await rig.approvals.approve(COLLEAGUE, asked.id, asked.digest)
    assert (await rig.stored()).active


async def test_a_stop_needs_a_reason_and_a_client_that_works(rig: AdminRig) -> None:
    await rig.in_production()
    with pytest.raises(InvalidInputError):
        await rig.clients.stop(AGENCY, ClientId("portal"), "  ")
    await rig.clients.stop(AGENCY, ClientId("portal"), "its key was stolen")
    with pytest.raises(ConflictError):
        await rig.clients.stop(AGENCY, ClientId("portal"), "its key was stolen")


async def in_production(rig: AdminRig, **members: object) -> Change:
    """Register the portal in the sandbox, then ask for production with other members."""
    await rig.clients.register(DEVELOPER, portal())
    change = await rig.change(DEVELOPER, stage="production", **members)
    assert isinstance(change, Change)
    return change


async def of_agency(rig: AdminRig, agency: str) -> None:
    """Let a client of an agency have the portal's sector."""
    neighbour = parse_entry(portal(client_id="neighbour"), rig.clock.now()).client
    await rig.database.clients.save(replace(neighbour, agency=agency, stage="production"), expected_version=None)


async def test_a_sector_of_its_own_host_that_nobody_else_has_takes_the_agencys_second_person(rig: AdminRig) -> None:
    change = await in_production(rig)
    assert change.needs is Permission.CLIENTS_APPROVE
    assert change.after["sector_identifier"] == "dichvucong.langson.gov.vn"


@pytest.mark.parametrize(
    ("agency", "needs"), [("H37", Permission.CLIENTS_APPROVE), ("H26", Permission.CLIENTS_APPROVE_NATIONAL)]
)
async def test_a_sector_that_another_agency_uses_takes_the_country(
    rig: AdminRig, agency: str, needs: Permission
) -> None:
    """Seen: a city's client reached production with a ministry's sector, by its own agency's approval."""
    await of_agency(rig, agency)
    assert (await in_production(rig)).needs is needs


async def test_a_sector_of_another_host_takes_the_country(rig: AdminRig) -> None:
    change = await in_production(rig, sector_identifier_uri="https://moj.gov.vn/sector.json")
    assert change.needs is Permission.CLIENTS_APPROVE_NATIONAL
    assert change.after["sector_identifier"] == "moj.gov.vn"


async def test_a_sector_that_another_agency_takes_while_a_change_waits_is_looked_at_when_it_is_approved(
    rig: AdminRig,
) -> None:
    change = await in_production(rig)
    await of_agency(rig, "H26")
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest, frozenset())


async def test_what_was_typed_names_no_sector(rig: AdminRig) -> None:
    """It is derived: what the approver reads is what is kept."""
    assert ("sector_identifier", "unknown") in await problems_of(rig, sector_identifier="moj.gov.vn")


async def moved_to(rig: AdminRig, host: str) -> Change:
    moved = await rig.change(DEVELOPER, redirect_uris=[f"https://{host}/callback"])
    assert isinstance(moved, Change)
    return await rig.approvals.approve(COLLEAGUE, moved.id, moved.digest, frozenset())


async def test_undoing_gives_a_portal_that_moved_the_sector_it_had(rig: AdminRig) -> None:
    change = await in_production(rig)
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest, frozenset())
    await moved_to(rig, "dichvucong.moi.gov.vn")
    moved = await moved_to(rig, "dichvucong.khac.gov.vn")
    await rig.approvals.undo(COLLEAGUE, moved.id)
    stored = await rig.stored()
    assert stored.redirect_uris == ("https://dichvucong.moi.gov.vn/callback",)
    assert stored.sector_identifier == "dichvucong.langson.gov.vn"


async def test_what_the_provider_knows_may_be_registered(rig: AdminRig) -> None:
    """The counterparts of what is refused: known levels and scopes, a public address, loopback as long as it is tried
    out.
    """
    members = {"scope": "openid profile", "minimum_acr": "loa2", "default_acr_values": ["loa2", "loa3"]}
    await rig.clients.register(DEVELOPER, portal(**members, redirect_uris=["http://127.0.0.1:8101/cb"]))
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, stage="production")
    assert {(one.field, one.rule) for one in refused.value.problems} >= {("redirect_uris", "loopback-address")}
    assert isinstance(await rig.change(DEVELOPER, stage="production", redirect_uris=[f"{HOST}/cb"]), Change)


async def test_an_app_keeps_its_loopback_address_in_production(rig: AdminRig) -> None:
    """RFC 8252 7.3: an app on a person's own machine listens there."""
    app = {"application_type": "native", "kind": "mobile_app", "token_endpoint_auth_method": "none"}
    sector = {"sector_identifier_uri": f"{HOST}/sector.json"}
    await rig.clients.register(DEVELOPER, portal(**app, **sector, redirect_uris=["http://127.0.0.1/cb"]))
    assert isinstance(await rig.change(DEVELOPER, stage="production"), Change)
