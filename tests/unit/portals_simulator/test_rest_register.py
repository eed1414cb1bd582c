"""The REST wrapper: strict about the question, generous in the answer."""

from base64 import b64encode

import httpx2
import pytest

from tests.unit.portals_simulator.conftest import SECRET

MATCH, LOOK_UP, CHANGES = "xacThucThongTinCongDan", "traCuuThongTinCongDan", "traCuuThayDoiCongDan"
ASKED_BY = {"maYeuCau": "r1", "maDVC": "VPCP", "maCanBo": "system", "userNameService": "u"}
QUESTION = {**ASKED_BY, "soDinhDanh": "001899000001", "hoVaTen": "NGUYỄN VĂN BÌNH", "ngayThangNam": "19900517"}
WINDOW = {**ASKED_BY, "tuNgay": "20200101", "denNgay": "20991231", "loai": "KHAI_TU", "trang": 1, "soBanGhi": 100}


async def ask(
    simulator: httpx2.AsyncClient, operation: str, question: object = QUESTION, secret: str = SECRET
) -> httpx2.Response:
    headers = {"Authorization": "Basic " + b64encode(f"u:{secret}".encode()).decode()}
    return await simulator.post(f"/population/{operation}", json=question, headers=headers)


async def set_mode(simulator: httpx2.AsyncClient, mode: str) -> None:
    body = {"mode": mode, "delay_seconds": 0}
    assert (await simulator.put("/controls/population", json=body)).status_code == 200


async def test_a_known_number_is_answered_with_far_more_than_was_asked(simulator: httpx2.AsyncClient) -> None:
    citizen = (await ask(simulator, LOOK_UP)).json()["CongdanCollection"]["CongDan"]
    assert citizen["HoVaTen"] == {"Ho": "NGUYỄN", "ChuDem": "VĂN", "Ten": "BÌNH"}
    assert {"TonGiao", "DanToc", "NhomMau", "Cha", "Me", "QueQuan", "SoSoHoKhau"} <= citizen.keys()


@pytest.mark.parametrize("number", ["099187000001", "001899000025", "033899000029"], ids=["none", "cancelled", "dead"])
async def test_no_match_is_a_collection_without_a_citizen(simulator: httpx2.AsyncClient, number: str) -> None:
    answer = await ask(simulator, LOOK_UP, {**QUESTION, "soDinhDanh": number})
    assert (answer.status_code, answer.json()) == (200, {"CongdanCollection": {"SoCongDan": 0, "GhiChu": ""}})


@pytest.mark.parametrize(
    ("other", "exists"),
    [
        ({}, True),
        ({"hoVaTen": "nguyễn  văn bình"}, True),
        ({"hoVaTen": "NGUYEN VAN BINH"}, False),
        ({"ngayThangNam": "1990"}, False),
        ({"soDinhDanh": "001999000002"}, False),
        ({"soDinhDanh": "099187000001"}, False),
    ],
)
async def test_a_match_says_yes_only_to_everything(
    simulator: httpx2.AsyncClient, other: dict[str, str], *, exists: bool
) -> None:
    answer = await ask(simulator, MATCH, {**QUESTION, **other})
    assert answer.json() == {"KetQuaXacThuc": {"TonTai": exists}}


async def test_the_feed_lists_the_kinds_asked_for(simulator: httpx2.AsyncClient) -> None:
    change = {"kind": "name_changed", "number": "001899000001", "new_name": "Nguyễn An"}
    await simulator.post("/controls/changes", json=change)
    await simulator.post("/controls/changes", json={"kind": "died", "number": "001899000001"})
    rows = (await ask(simulator, CHANGES, WINDOW)).json()["DanhSachThayDoi"]["ThayDoi"]
    assert [(row["Loai"], row["SoDinhDanh"]) for row in rows] == [("KHAI_TU", "001899000001")]


@pytest.mark.parametrize(
    ("operation", "question"),
    [
        (LOOK_UP, {**QUESTION, "them": "x"}),
        (LOOK_UP, {name: value for name, value in QUESTION.items() if name != "maCanBo"}),
        (LOOK_UP, {**QUESTION, "hoVaTen": None}),
        (LOOK_UP, []),
        ("xoaCongDan", QUESTION),
        (CHANGES, {**WINDOW, "trang": 0}),
        (CHANGES, {**WINDOW, "soBanGhi": 1001}),
        (CHANGES, {**WINDOW, "tuNgay": "hôm nay"}),
        (CHANGES, {**WINDOW, "loai": "SINH"}),
    ],
)
async def test_a_question_in_any_other_structure_is_refused(
    simulator: httpx2.AsyncClient, operation: str, question: object
) -> None:
    answer = await ask(simulator, operation, question)
    assert (answer.status_code, answer.json()["Fault"]["faultcode"]) == (400, "Client")


async def test_a_wrong_secret_is_refused(simulator: httpx2.AsyncClient) -> None:
    assert (await ask(simulator, LOOK_UP, secret="another")).status_code == 401
    assert (await simulator.post(f"/population/{LOOK_UP}", json=QUESTION)).status_code == 401


async def test_fault_is_200_with_a_fault(simulator: httpx2.AsyncClient) -> None:
    await set_mode(simulator, "fault")
    answer = await ask(simulator, LOOK_UP)
    assert (answer.status_code, answer.json()["Fault"]["faultcode"]) == (200, "Server")


async def test_wrong_person_answers_with_somebody_else(simulator: httpx2.AsyncClient) -> None:
    await set_mode(simulator, "wrong_person")
    citizen = (await ask(simulator, LOOK_UP)).json()["CongdanCollection"]["CongDan"]
    assert citizen["SoDinhDanh"] != "001899000001"
    assert (await ask(simulator, MATCH)).json() == {"KetQuaXacThuc": {"TonTai": False}}


async def test_questions_are_listed_with_their_operation_and_without_saying_about_whom(
    simulator: httpx2.AsyncClient,
) -> None:
    await ask(simulator, MATCH)
    asked = {"request_id": "r1", "service": "VPCP", "officer": "system", "correlation_id": ""}
    assert (await simulator.get("/questions.json")).json() == [{**asked, "operation": MATCH}]
