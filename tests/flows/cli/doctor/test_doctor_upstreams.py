"""`idp doctor` and upstream providers: each thing that is wrong has words of its own, and says what to do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson
import pytest
import yaml

from portals.simulator.upstream.faults import Fault
from portals.simulator.upstream.names import CLIENT_ID, REALM
from tests.flows.cli.operator import Operator
from tests.support.running.certificates import write_certificate
from tests.support.running.free_ports import free_port
from tests.support.running.servers import ServerProcess

SIMULATOR = (sys.executable, "-m", "uvicorn", "--factory", "portals.simulator.app:build_app", "--port")


@dataclass(slots=True)
class Examined:
    """An operator with a file of providers."""

    operator: Operator
    base: str

    def file(self, *issuers: str, **members: object) -> None:
        entries = [
            {
                "id": f"vneid-{place}",
                "name": {"vi": "VNeID", "en": "VNeID"},
                "issuer": issuer,
                "client_id": CLIENT_ID,
                "client_secret_file": "secret",
                "trust": "proved_identity",
                "factors": {"1": ["pwd"]},
                **members,
            }
            for place, issuer in enumerate(issuers or (f"{self.base}{REALM}",), 1)
        ]
        path = self.operator.folder / "upstreams.yaml"
        (self.operator.folder / "secret").write_text("a secret of the tests")
        path.write_text(yaml.safe_dump({"upstreams": entries}))
        self.operator.settings |= {"IDP_UPSTREAMS_FILE": str(path), "IDP_EGRESS_ALLOW": "127.0.0.1,localhost"}

    def found(self) -> dict[str, dict[str, str]]:
        findings: list[dict[str, str]] = orjson.loads(self.operator.run("doctor", "--json").out)
        # A broken line is one finding among the others, never the end of the list.
        assert findings[-1]["what"] == "message gateway"
        return {one["what"]: one for one in findings if one["what"].startswith("upstream")}

    def one(self) -> tuple[str, str, str]:
        (found,) = self.found().values()
        return found["verdict"], found["found"], found["remedy"]

    @contextmanager
    def fault(self, wanted: Fault) -> Iterator[None]:
        httpx2.put(f"{self.base}/upstream/fault/{wanted}").raise_for_status()
        try:
            yield
        finally:
            httpx2.put(f"{self.base}/upstream/fault/{Fault.OK}").raise_for_status()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("upstream") / "simulator.log"
    base = f"http://127.0.0.1:{port}"
    with ServerProcess((*SIMULATOR, str(port)), base_url=base, environment={}, log_path=log, ready_path="/"):
        yield base


@pytest.fixture
def examined(operator: Operator, simulator: str) -> Examined:
    examined = Examined(operator, simulator)
    examined.file()
    return examined


def test_a_healthy_provider_is_ok(examined: Examined) -> None:
    assert examined.one() == ("ok", "answers, with 1 signing key", "")


def test_without_a_file_nothing_is_looked_at(examined: Examined) -> None:
    del examined.operator.settings["IDP_UPSTREAMS_FILE"]
    assert examined.found() == {}


def test_oidc_discovery_4_3_a_document_of_another_issuer_is_found(examined: Examined) -> None:
    with examined.fault(Fault.WRONG_DISCOVERY):
        verdict, found, remedy = examined.one()
    assert (verdict, found) == ("fail", "the discovery document names another issuer")
    assert "issuer" in remedy


def test_an_issuer_that_is_written_with_a_slash_too_many_is_another_one(examined: Examined) -> None:
    examined.file(f"{examined.base}{REALM}/")
    assert examined.one()[:2] == ("fail", "the discovery document names another issuer")


def test_an_issuer_where_no_document_is_says_so(examined: Examined) -> None:
    examined.file(f"{examined.base}/auth/realms/nobody")
    verdict, found, remedy = examined.one()
    assert (verdict, found) == ("fail", "the discovery document answers with status 404")
    assert "issuer" in remedy


def test_a_document_that_is_cut_off_says_so(examined: Examined) -> None:
    with examined.fault(Fault.GARBLED):
        assert examined.one()[0] == "fail"


def test_a_provider_that_is_down_is_worth_a_look_because_every_other_way_works(examined: Examined) -> None:
    with examined.fault(Fault.DOWN):
        verdict, found, remedy = examined.one()
    assert verdict == "warn"
    assert "the discovery document is not to be had (connection" in found
    assert "every other way works" in found
    assert "operator" in remedy


def test_a_key_set_that_is_not_to_be_had_is_told_apart_from_the_document(examined: Examined) -> None:
    with examined.fault(Fault.KEYS_DOWN):
        verdict, found, _ = examined.one()
    assert verdict == "warn"
    assert "the key set is not to be had (connection" in found


def test_a_slow_provider_is_given_up_on_after_as_long_as_a_person_waits(examined: Examined) -> None:
    with examined.fault(Fault.SLOW):
        verdict, found, _ = examined.one()
    assert verdict == "warn"
    assert "within 4 seconds" in found


def test_each_provider_is_a_finding_of_its_own(examined: Examined) -> None:
    other = examined.base.replace("127.0.0.1", "localhost")
    examined.file(f"{examined.base}{REALM}", f"{other}{REALM}")
    with examined.fault(Fault.DOWN):
        found = examined.found()
    assert list(found) == ["upstream vneid-1", "upstream vneid-2"]
    assert {one["verdict"] for one in found.values()} == {"warn"}


def test_a_provider_outside_the_allow_list_says_which_setting(examined: Examined) -> None:
    examined.operator.settings["IDP_EGRESS_ALLOW"] = ""
    verdict, found, remedy = examined.one()
    assert verdict == "fail"
    assert "must not be called" in found
    assert "IDP_EGRESS_ALLOW" in remedy


def test_a_file_that_cannot_be_used_is_a_wrong_setting(examined: Examined) -> None:
    """Nothing starts with it, so the doctor looks no further."""
    examined.file(trust="blind")
    (found,) = orjson.loads(examined.operator.run("doctor", "--json").out)
    assert (found["what"], found["verdict"]) == ("settings", "fail")
    assert found["found"].startswith("IDP_UPSTREAMS_FILE: ")
    assert "vneid-1" in found["found"]


@pytest.fixture
def with_tls(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Examined, Path]]:
    """The provider behind a certificate that this machine does not know."""
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    certificate, key = write_certificate(folder)
    base = f"https://localhost:{port}"
    argv = (*SIMULATOR, str(port), "--ssl-certfile", certificate, "--ssl-keyfile", key)
    log = folder / "simulator.log"
    with ServerProcess(argv, base_url=base, environment={}, log_path=log, ready_path="/", ca_file=certificate):
        examined = Examined(operator, base)
        examined.file()
        yield examined, certificate


def test_a_certificate_that_is_not_trusted_is_told_from_silence(with_tls: tuple[Examined, Path]) -> None:
    examined, certificate = with_tls
    verdict, found, remedy = examined.one()
    assert (verdict, "certificate" in found) == ("fail", True)
    assert "IDP_EXTRA_CA_FILE" in remedy
    examined.operator.settings["IDP_EXTRA_CA_FILE"] = str(certificate)
    assert examined.one()[0] == "ok"


def test_a_certificate_of_another_host_is_not_trusted_either(with_tls: tuple[Examined, Path]) -> None:
    examined, certificate = with_tls
    examined.operator.settings["IDP_EXTRA_CA_FILE"] = str(certificate)
    examined.file(f"{examined.base.replace('localhost', '127.0.0.1')}{REALM}")
    verdict, found, _ = examined.one()
    assert (verdict, "certificate" in found) == ("fail", True)
