"""Clients by the administration API: from nothing to production with one approval, secrets under load, the stop."""

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from operator import gt

import httpx2
import pytest

from clients.document import Document
from clients.model import ClientId
from clients.templates import TEMPLATES
from idp.officers.roles import NATIONAL, Role
from records.structs import replace
from tests.flows.administrators import API, ApiProgram, administrator
from tests.flows.officer_people import AGENCY
from tests.flows.portals import CALLBACK, GOODBYE
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import BasicSecret
from tests.support.parties.relying_party import RelyingParty, sign_in, sign_on
from tests.support.patience import patient
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

NewBrowser = Callable[[], Browser]
_numbers = count(1)
WHY = "the tests of administration want it"


def entry(**members: object) -> Document:
    """Return what registers a portal of the agency under a new id."""
    number = next(_numbers)
    return {
        **TEMPLATES["web_portal"].members,
        "client_id": f"cong-moi-{number}",
        "client_name": f"Cổng mới {number}",
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [GOODBYE],
        "sector_identifier_uri": f"https://cong-moi-{number}.example/sector.json",
        "agency": AGENCY,
        "legal_basis": {"profile": "NĐ 224/2026/NĐ-CP"},
        **members,
    }


def post(program: ApiProgram, path: str, body: object = None, **headers: str) -> httpx2.Response:
    """Send a POST with a key of its own."""
    reported = {"Idempotency-Key": f"the-key-of-this-act-{next(_numbers)}", **headers}
    return ApiProgram(program.running, program.token, reported).send("POST", path, json=body)


def put(program: ApiProgram, path: str, body: object, version: str) -> httpx2.Response:
    return ApiProgram(program.running, program.token, {"If-Match": version}).send("PUT", path, json=body)


def propose(program: ApiProgram, kind: str, **members: object) -> httpx2.Response:
    """Propose something; where that is taken, it says where the proposal is read, and is read there."""
    answer = post(program, "/changes", {"kind": kind, **members})
    if answer.status_code == 202:
        assert answer.headers["location"] == f"{API}/changes/{answer.json()['id']}"
        read = program.get(answer.headers["location"].removeprefix(API))
        assert (read.status_code, read.json(), read.headers["etag"]) == (200, answer.json(), answer.headers["etag"])
    return answer


def propose_update(program: ApiProgram, shown: httpx2.Response, **members: object) -> httpx2.Response:
    """Propose other members of a client, from the version that was read."""
    reported = shown.json()
    metadata = {**registered(shown), **members}
    return propose(
        program,
        "update_client",
        client_id=reported["client_id"],
        version=reported["version"],
        metadata=metadata,
        reason=WHY,
    )


@pytest.fixture
def developer(running: RunningProvider, browser: Browser) -> ApiProgram:
    return administrator(running, browser, Role.CLIENT_DEVELOPER, AGENCY)


@pytest.fixture
def operator(running: RunningProvider, new_browser: NewBrowser) -> ApiProgram:
    return administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)


def party_of(running: RunningProvider, client_id: ClientId, secret: str) -> RelyingParty:
    return RelyingParty(
        http=running.http,
        issuer=running.provider.issuer,
        base=running.provider.base(),
        client_id=client_id,
        redirect_uri=CALLBACK,
        credentials=BasicSecret(secret),
        post_logout_redirect_uri=GOODBYE,
    )


def in_production(running: RunningProvider, developer: ApiProgram, second: ApiProgram) -> RelyingParty:
    """Register a portal, propose production, approve it, and return the portal's side once every process knows it."""
    made = post(developer, "/clients", {"metadata": entry()})
    assert made.status_code == 201, made.text
    reported = made.json()
    path = f"/clients/{reported['client_id']}"
    shown = developer.get(path)
    proposed = propose_update(developer, shown, stage="production")
    assert proposed.status_code == 202, proposed.text
    change = second.get(f"/changes/{proposed.json()['id']}")
    approved = post(second, f"/changes/{change.json()['id']}/approve", {}, **{"If-Match": change.headers["etag"]})
    assert approved.json()["state"] == "applied", approved.text
    for place in range(running.provider.count):
        # Whoever lists clients looks first whether any has changed, so the process knows it from then on.
        address, token = (
            f"{running.provider.base(place)}{API}/clients?limit=200",
            {"Authorization": f"Bearer {second.token}"},
        )
        rows = {row["client_id"]: row for row in running.http.get(address, headers=token).json()["items"]}
        assert rows[reported["client_id"]]["stage"] == "production"
    return party_of(running, reported["client_id"], reported["client_secret"])


def registered(shown: httpx2.Response) -> Document:
    """Return the metadata as they are shown, to be sent back changed."""
    metadata: Document = shown.json()["metadata"]
    return metadata


def _refuses(party: RelyingParty, base: str) -> bool:
    """Say whether a process refuses a stopped client: on a page of its own, without a redirect."""
    return party.http.get(base + party.start().location, follow_redirects=False).status_code == 400


def _takes(party: RelyingParty, base: str, secret: BasicSecret) -> bool:
    """Say whether a process takes a secret: introspecting nothing needs the client alone."""
    headers, fields = secret.prove(party.client_id, party.issuer)
    return (
        party.http.post(f"{base}/introspect", data={**fields, "token": "nothing"}, headers=headers).status_code == 200
    )


def test_a_portal_comes_from_nothing_to_a_sign_in_with_one_approval(
    running: RunningProvider, developer: ApiProgram, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    party = in_production(running, developer, operator)
    tokens = sign_in(new_browser(), party, running.citizen())
    assert tokens.claims["aud"] == party.client_id


def test_nobody_approves_their_own_and_a_developer_approves_nothing(
    running: RunningProvider, developer: ApiProgram, operator: ApiProgram
) -> None:
    made = post(operator, "/clients", {"metadata": entry()}).json()
    path = f"/clients/{made['client_id']}"
    shown = operator.get(path)
    change = propose_update(operator, shown, stage="production").json()
    approve, tag = f"/changes/{change['id']}/approve", {"If-Match": f'"{change["digest"]}"'}
    own = post(operator, approve, {}, **tag)
    assert (own.status_code, own.json()["code"]) == (403, "not_permitted")
    assert post(developer, approve, {}, **tag).status_code == 403
    assert operator.get(f"/changes/{change['id']}").json()["state"] == "proposed"


def test_an_edit_of_an_old_version_and_one_without_a_version_are_refused(
    running: RunningProvider, developer: ApiProgram
) -> None:
    made = post(developer, "/clients", {"metadata": entry()}).json()
    path = f"/clients/{made['client_id']}"
    shown = developer.get(path)
    first = put(developer, path, {"metadata": {**registered(shown), "client_name": "Một"}}, shown.headers["etag"])
    assert (first.status_code, first.json()["version"]) == (200, shown.json()["version"] + 1)
    lost = put(developer, path, {"metadata": {**registered(shown), "client_name": "Hai"}}, shown.headers["etag"])
    assert (lost.status_code, lost.json()["code"]) == (412, "stale_version")
    without = developer.send("PUT", path, json={"metadata": registered(shown)})
    assert without.status_code == 428
    assert developer.get(path).json()["metadata"]["client_name"] == "Một"


@pytest.mark.one_form
def test_what_takes_two_is_proposed_and_what_takes_one_is_done(running: RunningProvider, developer: ApiProgram) -> None:
    made = post(developer, "/clients", {"metadata": entry()}).json()
    path = f"/clients/{made['client_id']}"
    shown = developer.get(path)
    alone = put(developer, path, {"metadata": {**registered(shown), "stage": "production"}}, shown.headers["etag"])
    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
    assert developer.get(path).json() == shown.json()
    given = put(developer, path, {"metadata": {**registered(shown), "agency": "H26"}}, shown.headers["etag"])
    assert (given.status_code, given.json()["code"]) == (409, "second_person_needed")
    both = propose_update(developer, shown, client_name="Một mình là đủ")
    assert (both.status_code, both.json()["code"]) == (409, "second_person_not_needed")
    assert developer.get(path).json() == shown.json()
    unknown = propose(developer, "stop_client", client_id=made["client_id"], reason=WHY)
    assert (unknown.status_code, [one["field"] for one in unknown.json()["errors"]]) == (422, ["kind"])


@pytest.mark.one_form
def test_ad_3_every_problem_of_a_registration_is_told_with_its_remedy(
    running: RunningProvider, developer: ApiProgram
) -> None:
    wrong = entry(redirect_uris=["javascript:alert(1)"], version=9, client_name="<b>x</b>")
    refused = post(developer, "/clients", {"metadata": wrong})
    assert refused.status_code == 422
    reported = {(one["field"], one["rule"]) for one in refused.json()["errors"]}
    assert {("redirect_uris[0]", "dangerous-scheme"), ("version", "unknown"), ("client_name", "no-markup")} <= reported
    looked = post(developer, "/client-checks", {"metadata": wrong})
    assert looked.status_code == 200
    assert {(one["field"], one["rule"]) for one in looked.json()["problems"]} == reported


def test_a_registration_sent_again_with_its_key_is_one_registration(
    running: RunningProvider, developer: ApiProgram
) -> None:
    body, key = {"metadata": entry()}, "the-key-of-one-registration"
    first = post(developer, "/clients", body, **{"Idempotency-Key": key})
    again = post(developer, "/clients", body, **{"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_a_secret_is_rotated_without_a_failed_sign_in_under_load(
    running: RunningProvider, developer: ApiProgram, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    party = in_production(running, developer, operator)
    secrets, done, failures, signed_in = [party.credentials], threading.Event(), list[BaseException](), [0, 0]
    browsers = [new_browser(), new_browser()]
    for browser in browsers:
        sign_in(browser, party, running.citizen())

    def sign_on_for_ever(place: int) -> None:
        try:
            with httpx2.Client(timeout=patient(30)) as http:
                while not done.is_set():
                    sign_on(browsers[place], replace(party, http=http, credentials=secrets[-1]))
                    signed_in[place] += 1
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    workers = [threading.Thread(target=sign_on_for_ever, args=(place,)) for place in range(2)]
    for worker in workers:
        worker.start()

    def grown() -> None:
        """Wait until each browser has signed in a few times more."""
        before = list(signed_in)
        wait_for("more sign-ins", lambda: bool(failures) or all(map(gt, signed_in, [then + 3 for then in before])))

    try:
        for _ in range(2):
            grown()
            path = f"/clients/{party.client_id}"
            version = developer.get(path).headers["etag"]
            rotated = post(developer, f"{path}/rotate-secret", {"overlap_hours": 1}, **{"If-Match": version})
            assert rotated.status_code == 200, rotated.text
            grown()
            fresh = BasicSecret(rotated.json()["client_secret"])
            # A portal team deploys once the secret works at every process it may meet.
            for place in range(running.provider.count):
                wait_for("the new secret to be known", partial(_takes, party, running.provider.base(place), fresh))
            secrets.append(fresh)
        grown()
    finally:
        done.set()
        for worker in workers:
            worker.join()
    assert failures == []


def test_a_compromised_client_is_stopped_by_one_person_on_every_process(
    running: RunningProvider, developer: ApiProgram, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    party = in_production(running, developer, operator)
    sign_in(new_browser(), party, running.citizen())
    stopped = post(operator, f"/clients/{party.client_id}/stop", {"reason": "its secret was found in public"})
    assert (stopped.status_code, stopped.json()["state"]) == (200, "applied")
    assert stopped.json()["review_by"] is not None
    assert _refuses(party, running.provider.base()), "the process that was told waits for nothing"
    for place in range(running.provider.count):
        wait_for(f"process {place} to refuse it", partial(_refuses, party, running.provider.base(place)))
    waiting = [one["id"] for one in operator.get("/changes?limit=200").json()["items"]]
    assert stopped.json()["id"] in waiting
    review = post(operator, f"/changes/{stopped.json()['id']}/review")
    assert review.status_code == 403, "nobody reviews their own act"


@pytest.mark.one_form
def test_clients_are_found_by_words(developer: ApiProgram) -> None:
    made = post(developer, "/clients", {"metadata": entry(client_name="Cổng Tra cứu Riêng")}).json()["client_id"]
    for typed, found in (("tra+cuu", [made]), ("Tra+c%E1%BB%A9u+ri%C3%AAng", [made]), ("tra+xa", [])):
        assert [row["client_id"] for row in developer.get(f"/clients?q={typed}").json()["items"]] == found
    assert developer.get(f"/clients?q={'x' * 101}").status_code == 400


@pytest.mark.one_form
def test_another_agencys_clients_and_changes_are_not_found(
    running: RunningProvider, developer: ApiProgram, new_browser: NewBrowser
) -> None:
    made = post(developer, "/clients", {"metadata": entry()}).json()
    path = f"/clients/{made['client_id']}"
    shown = developer.get(path)
    body = {"metadata": {**registered(shown), "client_name": "Khác"}}
    change = propose_update(developer, shown, stage="production").json()
    foreign = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, "H26")
    tag = {"If-Match": f'"{change["digest"]}"'}
    answers = [
        foreign.get(path),
        foreign.get(f"{path}/changes"),
        foreign.get(f"/changes/{change['id']}"),
        put(foreign, path, body, shown.headers["etag"]),
        post(foreign, f"{path}/stop", {"reason": WHY}),
        propose_update(foreign, shown, stage="production"),
        propose(foreign, "enable_client", client_id=made["client_id"], reason=WHY),
        post(foreign, f"{path}/rotate-secret", {}, **{"If-Match": shown.headers["etag"]}),
        post(foreign, f"/changes/{change['id']}/approve", {}, **tag),
        post(foreign, f"/changes/{change['id']}/refuse", {"reason": WHY}, **tag),
        post(foreign, f"/changes/{change['id']}/withdraw"),
        post(foreign, f"/changes/{change['id']}/undo"),
        post(foreign, f"/changes/{change['id']}/review"),
        post(foreign, "/clients", {"metadata": entry()}),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}
    assert foreign.get("/changes").json()["items"] == []
