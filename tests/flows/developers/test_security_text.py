"""`/.well-known/security.txt` (RFC 9116) as a running provider serves it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from tests.flows.running_provider import RunningProvider
from tests.support.running.provider import Provider

PATH = "/.well-known/security.txt"
CONTACT = {"IDP_SECURITY_CONTACT": "mailto:an-toan@dangnhap.example, https://dangnhap.example/bao-cao"}


def asked(folder: Path, http: httpx2.Client, settings: dict[str, str]) -> httpx2.Response:
    provider = Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db", settings=settings)
    provider.prepare([], ())
    with provider:
        return http.get(f"{provider.base()}{PATH}")


def expiring(span: timedelta) -> dict[str, str]:
    return {**CONTACT, "IDP_SECURITY_EXPIRES": (datetime.now(UTC) + span).isoformat()}


def test_rfc9116_3_it_is_served_as_plain_text_with_every_field_that_must_be_there(
    tmp_path: Path, http: httpx2.Client
) -> None:
    answer = asked(tmp_path, http, expiring(timedelta(days=200)))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    fields = [line.partition(": ")[0] for line in answer.text.splitlines()]
    assert fields == ["Contact", "Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert "Preferred-Languages: vi, en\n" in answer.text


def test_where_nobody_is_named_there_is_no_such_file(embedded: RunningProvider) -> None:
    assert embedded.http.get(f"{embedded.provider.base()}{PATH}").status_code == 404


def test_there_is_none_that_expired(tmp_path: Path, http: httpx2.Client) -> None:
    assert asked(tmp_path, http, expiring(-timedelta(seconds=1))).status_code == 404
