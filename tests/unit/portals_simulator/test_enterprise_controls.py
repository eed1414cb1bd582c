"""Letting things happen to enterprises: over JSON, by the form of the page, and what is refused."""

import httpx2
import pytest

CODE, OTHER = "0100047516", "079999000040"


async def reported(simulator: httpx2.AsyncClient) -> tuple[str, str]:
    asked = {"MaSoDoanhNghiep": CODE}
    found = (await simulator.get("/enterprise/TraCuuThongTinDoanhNghiep", params=asked)).json()["ResultObject"]
    return found["REPRESENTATIVES"][0]["LEGAL_DOC_NO"], found["ENTERPRISE_STATUS_NAME"]


@pytest.mark.parametrize("way", ["json", "form"])
async def test_the_representative_changes_and_an_enterprise_ends(simulator: httpx2.AsyncClient, way: str) -> None:
    async def happen(**change: str) -> int:
        if way == "json":
            return (await simulator.post("/controls/enterprises", json=change)).status_code
        return (await simulator.post("/controls/enterprises/form", data=change)).status_code

    assert await happen(kind="representative", code=CODE, representative=OTHER) in {204, 303}
    assert await reported(simulator) == (OTHER, "NNT đang hoạt động")
    assert await happen(kind="dissolved", code=CODE) in {204, 303}
    assert await reported(simulator) == (OTHER, "NNT ngừng hoạt động")
    assert await happen(kind="representative", code=CODE, representative=OTHER) == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b'{"kind": "dissolved"}',
        b'{"kind": "dissolved", "code": 1}',
        b'{"kind": "dissolved", "code": "1000000041"}',
        b'{"kind": "sold", "code": "0100047516"}',
        b'{"kind": "representative", "code": "0100047516", "representative": "099187000001"}',
        b'{"kind": "representative", "code": "0100047516"}',
        b'{"kind": "dissolved", "code": "0100047516"}' + b" " * 4096,
    ],
)
async def test_anything_else_is_refused_and_nothing_happens(simulator: httpx2.AsyncClient, body: bytes) -> None:
    assert (await simulator.post("/controls/enterprises", content=body)).status_code == 400
    assert await reported(simulator) == ("001899000039", "NNT đang hoạt động")
