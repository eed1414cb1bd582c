"""Keys, registers and upstream providers changed by administrators: every process follows, and people sign in."""

import re
from collections.abc import Iterator
from functools import partial

import httpx2
import pytest
from joserfc import jws

from idp.kernel.ids import ChangeId
from idp.officers.roles import NATIONAL, Role
from migrations.runner import upgrade
from tests.flows import console_people
from tests.flows.admin.test_admin_clients import WHY, post, propose
from tests.flows.administrators import API, ApiProgram, administrator
from tests.flows.console_people import path_of, press
from tests.flows.federated import by_password, written
from tests.flows.running_provider import CITIZENS, RunningProvider, gateway_settings, running_provider
from tests.support.parties.relying_party import Tokens, show_password
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.free_ports import free_port
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer
from tests.support.waiting import wait_for

BOTH = (0, 1)
IN_SERVICE = {"service": "in_service", "seconds": 6}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[RunningProvider]:
    """Two processes with two upstream providers, where nobody answers: what is offered is ours to say."""
    folder = tmp_path_factory.mktemp("estate")
    url = postgres.create_database(postgres.template("migrated", upgrade))
    redis_server.flush()
    with Listener() as listener:
        settings = {**gateway_settings(listener), "IDP_UPSTREAMS_FILE": str(written(folder, free_port()))}
        yield from running_provider(
            Provider(folder, url, redis_server.url, count=2, settings=settings), listener, http, CITIZENS[:40]
        )
    postgres.drop_database(url)


def operator(running: RunningProvider) -> ApiProgram:
    """Return the program of another national operator, whose token is of the key that signs now."""
    with Browser(running.provider.base()) as browser:
        return administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)


def signed_in(running: RunningProvider) -> Tokens:
    party = running.party()
    with Browser(running.provider.base()) as browser:
        started = party.start()
        page = by_password(browser.page(started.location))
        return party.complete(started, landed(show_password(browser, page, running.citizen())))


def approve(program: ApiProgram, change_id: ChangeId) -> httpx2.Response:
    digest = program.get(f"/changes/{change_id}").headers["etag"]
    return post(program, f"/changes/{change_id}/approve", {}, **{"If-Match": digest})


def set_back(one: ApiProgram, other: ApiProgram, name: str, document: object) -> None:
    """Let a setting say something, as two people do."""
    version = one.get(f"/settings/{name}").json()["version"]
    proposed = propose(one, "update_setting", name=name, version=version, document=document, reason=WHY)
    assert proposed.status_code == 202, proposed.text
    assert approve(one, proposed.json()["id"]).status_code == 403, "nobody approves their own"
    assert approve(other, proposed.json()["id"]).json()["state"] == "applied"


def in_maintenance(running: RunningProvider, place: int) -> bool:
    """Say whether a process tells everybody that the population register is not asked."""
    answer = running.http.get(f"{running.provider.base(place)}/status.json").json()
    return bool(answer["registers"]["population"]["condition"] == "maintenance")


def asked_again(running: RunningProvider, place: int) -> bool:
    return not in_maintenance(running, place)


def offered(running: RunningProvider, place: int) -> set[str]:
    """Return the upstream providers that the sign-in page of a process offers."""
    page = running.http.get(f"{running.provider.base(place)}/sign-in").text
    return set(re.findall(r'name="action" value="(vneid|khac)"', page))


def offers(one: ApiProgram, place: int, *providers: str) -> bool:
    """Say whether a process offers these, and its sign-in page no other: those that do not answer it may leave out."""
    address, headers = f"{one.running.provider.base(place)}{API}/upstreams", {"Authorization": f"Bearer {one.token}"}
    reported = {
        line["id"] for line in one.running.http.get(address, headers=headers).json()["items"] if line["offered"]
    }
    return reported == set(providers) and offered(one.running, place) <= reported


def publishes(running: RunningProvider, place: int, count: int) -> bool:
    return len(kids(running, place)) == count


def dropped(running: RunningProvider, place: int, kid: str) -> bool:
    return kid not in kids(running, place)


def kids(running: RunningProvider, place: int) -> set[str]:
    return {key["kid"] for key in running.http.get(f"{running.provider.base(place)}/jwks.json").json()["keys"]}


def kid_of(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers()["kid"])


def test_a_register_out_of_service_is_so_on_every_process_and_sign_in_works(running: RunningProvider) -> None:
    one, other = operator(running), operator(running)
    stopped = post(one, "/registers/population/stop", {"reason": WHY})
    assert (stopped.status_code, stopped.json()["state"]) == (200, "applied"), stopped.text
    for place in BOTH:
        wait_for(f"process {place} to follow", partial(in_maintenance, running, place))
    assert signed_in(running).claims["sub"]
    assert post(one, "/registers/population/stop", {"reason": WHY}).status_code == 409
    change = stopped.json()["id"]
    assert post(one, f"/changes/{change}/review").status_code == 403, "nobody reviews their own act"
    assert post(other, f"/changes/{change}/review").json()["review_by"] is None
    set_back(one, other, "registers", {"population": IN_SERVICE, "enterprise": IN_SERVICE})
    for place in BOTH:
        wait_for(f"process {place} to ask again", partial(asked_again, running, place))


def test_an_upstream_switched_off_disappears_from_sign_in_on_every_process(running: RunningProvider) -> None:
    one, other = operator(running), operator(running)
    for place in BOTH:
        wait_for(f"process {place} to offer both", partial(offers, one, place, "vneid", "khac"))
    set_back(one, other, "upstreams", {"not_offered": ["khac"]})
    for place in BOTH:
        wait_for(f"process {place} to follow", partial(offers, one, place, "vneid"))
    stopped = post(other, "/upstreams/vneid/stop", {"reason": WHY})
    assert stopped.status_code == 200, stopped.text
    for place in BOTH:
        wait_for(f"process {place} to follow", partial(offers, one, place))
    reported = one.get("/upstreams").json()["items"]
    assert [(line["id"], line["offered"]) for line in reported] == [("vneid", False), ("khac", False)]
    assert signed_in(running).claims["sub"]
    set_back(one, other, "upstreams", {"not_offered": []})


def test_an_id_that_no_provider_has_is_refused_where_it_is_proposed(running: RunningProvider) -> None:
    one, unknown = operator(running), {"not_offered": ["vneid", "vnied"]}
    version = one.get("/settings/upstreams").json()["version"]
    refused = propose(one, "update_setting", name="upstreams", version=version, document=unknown, reason=WHY)
    (problem,) = refused.json()["errors"]
    assert (refused.status_code, problem["field"], problem["rule"]) == (422, "not_offered.1", "no-provider")
    assert problem["remedy"] == "viết một trong: khac, vneid"
    wanted = {"name": "upstreams", "document": unknown}
    looked = post(one, "/setting-checks", wanted, **{"Accept-Language": "en"}).json()
    assert [each["remedy"] for each in looked["problems"]] == ["write one of khac, vneid"]
    assert ([each["rule"] for each in looked["problems"]], looked["differences"]) == (["no-provider"], [])
    with Browser(running.provider.base()) as browser:
        console_people.administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
        form = browser.page("/admin/settings/upstreams")
        for button in ("check", "propose"):
            reported = shown(browser.submit(form, button, not_offered="vnied", reason=WHY))
            assert reported.shows("problems")
            assert "mang mã này; viết một trong: khac, vneid." in reported.html


def test_a_button_that_was_shown_before_leads_nowhere_afterwards(running: RunningProvider) -> None:
    one, other = operator(running), operator(running)
    wait_for("both to be offered", partial(offers, one, 0, "vneid", "khac"))
    with Browser(running.provider.base()) as browser:
        page = browser.page("/sign-in")
        assert post(one, "/upstreams/khac/stop", {"reason": WHY}).status_code == 200
        wait_for("the process to follow", partial(offers, one, 0, "vneid"))
        answer = browser.http.post("/sign-in/upstream", data={**page.values, "action": "khac"})
        assert answer.headers["location"].endswith("upstream=unreachable")
    set_back(one, other, "upstreams", {"not_offered": []})


def test_a_rotation_of_two_is_published_everywhere_and_signs_when_the_old_key_leaks(running: RunningProvider) -> None:
    one, other = operator(running), operator(running)
    before, old = kids(running, 0), kid_of(signed_in(running).id_token)
    proposed = propose(one, "rotate_keys", lead_seconds=3600, reason=WHY)
    assert proposed.status_code == 202, proposed.text
    refused = approve(one, proposed.json()["id"])
    assert (refused.status_code, kids(running, 0)) == (403, before)
    assert approve(other, proposed.json()["id"]).json()["state"] == "applied"
    for place in BOTH:
        wait_for(f"process {place} to publish the new keys", partial(publishes, running, place, 4))
    states = {key["kid"]: key["state"] for key in one.get("/keys").json()["items"]}
    assert {states[kid] for kid in kids(running, 0) - before} == {"coming"}
    asked = propose(one, "revoke_key", kid=old, reason=WHY)
    assert (asked.status_code, asked.json()["object_id"]) == (202, old), asked.text
    assert post(one, f"/changes/{asked.json()['id']}/withdraw").json()["state"] == "withdrawn"
    revoked = post(one, f"/keys/{old}/revoke", {"reason": WHY})
    assert revoked.status_code == 200, revoked.text
    for place in BOTH:
        wait_for(f"process {place} to drop the leaked key", partial(dropped, running, place, old))
        wait_for(f"process {place} to refuse what it signed", partial(refuses, one, place))
    new = kid_of(signed_in(running).id_token)
    assert states[new] == "coming"
    third = operator(running)
    assert post(third, f"/changes/{revoked.json()['id']}/review").status_code == 200
    after = {key["kid"]: key["state"] for key in third.get("/keys").json()["items"]}
    assert (after[old], after[new]) == ("revoked", "signing")
    assert "private" not in third.get("/keys").text
    assert not {"d", "p", "q", "sealed_private"} & {name for key in third.get("/keys").json()["items"] for name in key}


def refuses(program: ApiProgram, place: int) -> bool:
    """Say whether a process takes an administrator's token no more."""
    address = f"{program.running.provider.base(place)}{API}/me"
    return program.running.http.get(address, headers={"Authorization": f"Bearer {program.token}"}).status_code == 401


def test_in_the_console_one_stops_and_two_put_back(running: RunningProvider) -> None:
    one = operator(running)
    with Browser(running.provider.base()) as mine, Browser(running.provider.base()) as theirs:
        console_people.administrator(running, mine, Role.NATIONAL_OPERATOR, NATIONAL)
        console_people.administrator(running, theirs, Role.NATIONAL_OPERATOR, NATIONAL)
        wait_for("both to be offered", partial(offers, one, 0, "vneid", "khac"))
        page = mine.page("/admin/upstreams")
        reported = press(mine, page, "stop-vneid", reason="")
        assert (reported.status, reported.shows("problems")) == (422, True)
        change = press(mine, mine.page("/admin/upstreams"), "stop-vneid", reason=WHY)
        assert path_of(change).startswith("/admin/changes/")
        assert "review" not in change.buttons, "nobody reviews their own act"
        assert not mine.page("/admin/upstreams").shows("stop-vneid")
        reviewed = press(theirs, theirs.page(path_of(change)), "review")
        assert reviewed.shows("done")
        form = mine.page("/admin/settings/upstreams")
        proposed = shown(mine.submit(form, "propose", not_offered="", reason=WHY))
        assert path_of(proposed).startswith("/admin/changes/"), proposed.texts
        approved = shown(theirs.submit(theirs.page(path_of(proposed)), "approve"))
        assert approved.shows("done"), approved.texts
        wait_for("the process to follow", partial(offers, one, 0, "vneid", "khac"))


def test_in_the_console_a_rotation_waits_for_a_second_person(running: RunningProvider) -> None:
    with Browser(running.provider.base()) as mine:
        console_people.administrator(running, mine, Role.NATIONAL_OPERATOR, NATIONAL)
        reported = press(mine, mine.page("/admin/keys"), "rotate", minutes="soon", reason=WHY)
        assert (reported.status, reported.shows("problems")) == (422, True)
        change = press(mine, mine.page("/admin/keys"), "rotate", minutes="45", reason=WHY)
        assert path_of(change).startswith("/admin/changes/"), change.texts
        assert "approve" not in change.buttons, "nobody approves their own"
        assert press(mine, change, "withdraw").shows("done")
