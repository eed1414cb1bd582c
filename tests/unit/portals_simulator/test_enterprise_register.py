"""The enterprise register: codes with and without hyphen, unknown codes, and the same faults."""

import httpx2
import pytest


async def look_up(simulator: httpx2.AsyncClient, code: str) -> httpx2.Response:
    return await simulator.get("/enterprise/TraCuuThongTinDoanhNghiep", params={"MaSoDoanhNghiep": code})


@pytest.mark.parametrize("code", ["1000000040-001", "1000000040001", " 1000000040 001 "])
async def test_3_2_a_units_code_is_found_in_every_input_form(simulator: httpx2.AsyncClient, code: str) -> None:
    answer = (await look_up(simulator, code)).json()
    assert answer["StatusCode"] == 200
    assert answer["ResultObject"] == {
        "NAME": "CHI NHÁNH MẪU BIỂN ĐÔNG TẠI ĐÀ NẴNG",
        "ENTERPRISE_GDT_CODE": "1000000040-001",
        "ENTERPRISE_STATUS_NAME": "NNT đang hoạt động",
        "HO_ADDRESS_FULLTEXT": "Địa chỉ mẫu, Hà Nội",
        "REPRESENTATIVES": [{"FULL_NAME": "LƯU BÍCH THỦY", "LEGAL_DOC_NO": "079999000040"}],
    }


@pytest.mark.parametrize("code", ["", "1000000041", "0100047516-000", "000000000x"])
async def test_an_unknown_code_has_no_result(simulator: httpx2.AsyncClient, code: str) -> None:
    answer = (await look_up(simulator, code)).json()
    assert (answer["StatusCode"], answer["ResultObject"]) == (200, None)


@pytest.mark.parametrize(
    ("mode", "status", "begins"),
    [("failing", 500, "Internal"), ("maintenance", 200, "<!DOCTYPE html>"), ("fault", 200, '{"StatusCode": 500')],
)
async def test_it_has_faults_of_its_own(simulator: httpx2.AsyncClient, mode: str, status: int, begins: str) -> None:
    await simulator.put("/controls/enterprise", json={"mode": mode})
    answer = await look_up(simulator, "0100047516")
    assert (answer.status_code, answer.text[: len(begins)]) == (status, begins)


async def test_garbled_is_cut(simulator: httpx2.AsyncClient) -> None:
    whole = (await look_up(simulator, "0100047516")).content
    await simulator.put("/controls/enterprise", json={"mode": "garbled"})
    assert (await look_up(simulator, "0100047516")).content == whole[: len(whole) // 2]


async def test_wrong_person_is_another_enterprise(simulator: httpx2.AsyncClient) -> None:
    await simulator.put("/controls/enterprise", json={"mode": "wrong_person"})
    answer = (await look_up(simulator, "0100047516")).json()
    assert answer["ResultObject"]["ENTERPRISE_GDT_CODE"] != "0100047516"
