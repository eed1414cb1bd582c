"""Journey: a client is registered, the public log proves it to anyone, and what is changed in the log is found out."""

import shlex
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx2
import orjson
import pytest

from idp.audit.merkle import leaf_hash, verify_inclusion
from tests.flows.cli.operator import Operator
from tests.flows.cli.transparent import PublicLog, findings, verify
from tests.support.operator import run_idp, run_python
from tests.support.patience import patient
from tests.support.plain.browser import Browser
from tests.support.running.provider import Provider

# What the prepared store and `publish` did, in order.
KINDS = [
    "key:first",
    *["client:created"] * 5,
    "client:changed",
    *("client:secret_rotated", "client:disabled", "key:rotated"),
]


def fetched(provider: Provider, path: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{provider.base()}/transparency{path}", timeout=patient(30)) as answer:
        document: dict[str, object] = orjson.loads(answer.read())
        return document


@pytest.fixture(scope="module")
def provider(public_log: PublicLog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """A provider that published the log, and to whose database nobody did anything."""
    with public_log.served(tmp_path_factory.mktemp("honest")) as running:
        yield running


def test_journey_a_client_that_is_registered_appears_with_a_proof_that_anyone_can_check(
    provider: Provider, public_log: PublicLog
) -> None:
    checkpoint = fetched(provider, "/checkpoint")
    size = int(str(checkpoint["size"]))
    entries = fetched(provider, f"/entries?start=0&end={size - 1}")["entries"]
    assert isinstance(entries, list)
    reported = [(one["index"], orjson.loads(one["leaf"])) for one in entries]
    index, created = next((index, entry) for index, entry in reported if entry.get("object") == {"client_id": "tinh-0"})
    proof = fetched(provider, f"/proof/inclusion?index={index}&size={size}")
    leaf = str(entries[index]["leaf"]).encode()
    path = [bytes.fromhex(node) for node in proof["path"]]  # type: ignore[attr-defined]
    assert proof["leaf_hash"] == leaf_hash(leaf).hex()
    assert verify_inclusion(leaf_hash(leaf), index, size, path, bytes.fromhex(str(checkpoint["root"])))
    assert (created["kind"], created["by"]) == ("client:created", {"roles": ["operator"]})
    assert [one["kind"] for _, one in reported if one["kind"].split(":")[0] in {"client", "key"}] == KINDS


def test_the_digest_is_that_of_the_public_metadata_which_the_agency_has_itself(
    provider: Provider, public_log: PublicLog
) -> None:
    done = verify(provider.base(), "--client", "tinh-0", "--json")
    history = orjson.loads(done.out)["history"]
    assert [one["kind"] for one in history] == ["client:created", "client:changed"]
    operator = Operator(public_log.folder, f"sqlite+aiosqlite:///{public_log.folder}/idp.db")
    shown = orjson.loads(operator.good("clients", "show", "tinh-0", "--json"))
    assert shown["public_digest"] == history[-1]["digest"] != history[0]["digest"]


def test_nothing_of_people_is_in_the_log(provider: Provider) -> None:
    size = fetched(provider, "/checkpoint")["size"]
    text = orjson.dumps(fetched(provider, f"/entries?start=0&end={size}")).decode()
    assert not [word for word in ("a@b.vn", "tinh.gov.vn", "actor", "person", "details") if word in text]


def test_an_honest_log_is_proved_and_so_is_the_checkpoint_that_was_kept(
    provider: Provider, public_log: PublicLog
) -> None:
    assert findings(verify(provider.base(), "--json", "--checkpoint", public_log.kept)) == []
    done = verify(provider.base(), "--checkpoint", public_log.kept)
    assert done.out.endswith("The log is as it was signed.\n")


def test_the_command_that_the_page_tells_works_as_it_stands(provider: Provider) -> None:
    with Browser(provider.base()) as browser:
        words = shlex.split(browser.page("/transparency").texts["command"])
    done = run_idp(words[1:], {"PATH": "/usr/bin:/bin"})
    assert (words[0], done.code, done.err) == ("idp", 0, "")


def test_a_copy_that_was_saved_is_verified_without_the_provider_and_compared_with_it(
    provider: Provider, public_log: PublicLog, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    assert verify(provider.base(), "--save", copy).code == 0
    assert sorted(one.name for one in copy.iterdir()) == ["checkpoint.json", "entries.jsonl", "jwks.json"]
    assert findings(verify(provider.base(), "--json", "--checkpoint", copy / "checkpoint.json")) == []
    at_home = ["transparency", "verify", "--json", "--from", str(copy)]
    # A process of its own, without a single setting: what an auditor has.
    kept = ["-m", "idp.cli", *at_home, "--checkpoint", str(public_log.kept)]
    assert findings(run_python(kept, {})) == []
    entries = (copy / "entries.jsonl").read_text()
    (copy / "entries.jsonl").write_text(entries.replace("tinh-3", "tinh-9"))
    assert ("entries_differ", None) in [(kind, None) for kind, _ in findings(run_idp(at_home, {}))]


def test_a_checkpoint_of_somebody_else_and_an_address_without_a_log_are_refused_in_one_line(
    provider: Provider, tmp_path: Path
) -> None:
    other = tmp_path / "other.jws"
    other.write_text("a.b.c")
    done = verify(provider.base(), "--checkpoint", other)
    assert (done.code, done.err.startswith("idp: --checkpoint: no checkpoint")) == (1, True)
    arguments = ["transparency", "verify", "--from"]
    assert run_idp([*arguments, str(tmp_path)], {}).err.count("\n") == 1
    assert "refused" in run_idp([*arguments, provider.base()], {}).err


def test_a_kept_checkpoint_whose_key_has_left_the_key_set_is_compared_all_the_same(
    provider: Provider, public_log: PublicLog, tmp_path: Path
) -> None:
    """The keys were rotated after it was kept: here the old one is no longer published."""
    with urllib.request.urlopen(f"{provider.base()}/jwks.json", timeout=patient(30)) as answer:
        published = orjson.loads(answer.read())["keys"]
    newest = orjson.loads(verify(provider.base(), "--json").out)["checkpoint"]["kid"]
    keys = tmp_path / "jwks.json"
    keys.write_bytes(orjson.dumps({"keys": [key for key in published if key["kid"] == newest]}))
    options = ("--json", "--keys", keys, "--checkpoint")
    done = verify(provider.base(), *options, public_log.kept)
    assert findings(done) == []
    assert [one["kind"] for one in orjson.loads(done.out)["findings"]] == ["kept_key_gone"]
    header, claims = ({"alg": "ES256", "kid": "gone", "typ": "transparency-checkpoint+jwt"}, {"iat": 0, "form": 1})
    other = {**claims, "iss": "https://other.example", "size": 3, "root": "00" * 32}
    forged = tmp_path / "other.jws"
    forged.write_text(".".join(encoded(orjson.dumps(part)) for part in (header, other)) + ".AAAA")
    assert {kind for kind, _ in findings(verify(provider.base(), *options, forged))} == {
        "other_issuer",
        "log_rewritten",
    }


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_key_set_without_the_key_that_signed_proves_nothing(provider: Provider, tmp_path: Path) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text('{"keys":[]}')
    assert findings(verify(provider.base(), "--json", "--keys", keys)) == [("checkpoint_forged", None)]


def test_bad_input_is_refused_with_a_code(provider: Provider) -> None:
    size = int(str(fetched(provider, "/checkpoint")["size"]))
    beyond = str(10**15 - 1)
    refused = [
        *(
            "/entries",
            "/entries?start=0",
            "/entries?start=-1&end=2",
            "/entries?start=2&end=1",
            "/entries?start=0&end=x",
        ),
        *(f"/entries?start={size}&end={beyond}", "/entries?start=0&start=1&end=2", "/entries?start=0&end=9" + "9" * 20),
        *("/proof/inclusion", "/proof/inclusion?index=0", f"/proof/inclusion?index={size}&size={size}"),
        *(f"/proof/inclusion?index=0&size={size + 1}", "/proof/inclusion?index=0&size=0", "/proof/inclusion?index=%00"),
        *("/proof/consistency", f"/proof/consistency?from=2&to={size + 1}", "/proof/consistency?from=3&to=2"),
        "/proof/consistency?from=%D9%A1&to=2",
    ]
    with httpx2.Client(base_url=f"{provider.base()}/transparency", timeout=patient(30)) as http:
        for path in refused:
            answer = http.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json"), path
            assert answer.json()["error"] in {"invalid_request", "out_of_range"}, path
        assert http.get(f"{provider.base()}/transparency?before=x").status_code == 400
        assert http.post("/checkpoint").status_code == 405


def test_answers_may_be_kept_and_read_by_pages_of_others(provider: Provider) -> None:
    with httpx2.Client(base_url=f"{provider.base()}/transparency", timeout=patient(30)) as http:
        for path, age in (
            ("/checkpoint", 10),
            ("/entries?start=0&end=2", 3600),
            ("/entries?start=0&end=5000", 10),
            ("/proof/inclusion?index=1&size=3", 3600),
            ("/proof/consistency?from=1&to=3", 3600),
        ):
            answer = http.get(path)
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cache-control"] == f"public, max-age={age}"
            again = http.get(path, headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
