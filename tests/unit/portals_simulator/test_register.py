"""The population register's end point: strict about the question, generous in the answer."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx2
import pytest

from tests.unit.portals_simulator.conftest import SECRET

URL = "http://simulator/population"
FIELDS = (
    "<d:MaYeuCau>r1</d:MaYeuCau><d:MaDVC>VPCP</d:MaDVC><d:MaTichHop>037</d:MaTichHop><d:MaCanBo>system</d:MaCanBo>"
    "<d:SoDinhDanh>{number}</d:SoDinhDanh><d:HoVaTen>X</d:HoVaTen>"
    "<d:NgayThangNamSinh><d:Nam>1990</d:Nam></d:NgayThangNamSinh>"
)


def question(fields: str = FIELDS, number: str = "001899000001") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:d="http://dancuquocgia.bca"><s:Body>'
        f"<d:TraCuuThongTinCongDan>{fields.format(number=number)}</d:TraCuuThongTinCongDan></s:Body></s:Envelope>"
    ).encode()


def match_question(fields: str) -> bytes:
    return question(fields).replace(b"TraCuuThongTinCongDan", b"XacThucThongTinCongDan")


def feed_question(page: object) -> bytes:
    asked_by = FIELDS[: FIELDS.index("<d:SoDinhDanh>")]
    window = (
        "<d:TuNgay>20200101</d:TuNgay><d:DenNgay>20991231</d:DenNgay><d:Loai/>"
        f"<d:Trang>{page}</d:Trang><d:SoBanGhi>2</d:SoBanGhi>"
    )
    return question(asked_by + window).replace(b"TraCuuThongTinCongDan", b"TraCuuThayDoiCongDan")


def milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def headers(*, secret: str = SECRET, stamp: str = "") -> dict[str, str]:
    stamp = stamp or milliseconds(datetime.now(UTC))
    proof = sha256(f"{URL}u{stamp}{secret}".encode()).hexdigest()
    return {"Timestamp": stamp, "Authorization": "Basic " + b64encode(f"u:{proof}".encode()).decode()}


async def ask(simulator: httpx2.AsyncClient, body: bytes, **how: str) -> httpx2.Response:
    return await simulator.post("/population", content=body, headers=headers(**how))


async def set_mode(simulator: httpx2.AsyncClient, mode: str, delay_seconds: float = 0) -> None:
    body = {"mode": mode, "delay_seconds": delay_seconds}
    assert (await simulator.put("/controls/population", json=body)).status_code == 200


async def test_a_known_number_is_answered_with_far_more_than_was_asked(simulator: httpx2.AsyncClient) -> None:
    answer = await ask(simulator, question())
    assert answer.status_code == 200
    for more in ("TonGiao", "DanToc", "NhomMau", "Cha", "Me", "QueQuan", "SoSoHoKhau", "NGƯỜI CHA MẪU"):
        assert more in answer.text


async def test_some_names_come_in_parts_and_most_whole_in_ten(simulator: httpx2.AsyncClient) -> None:
    divided = (await ask(simulator, question())).text
    whole = (await ask(simulator, question(number="001999000002"))).text
    assert "<HoVaTen><Ho>NGUYỄN</Ho><ChuDem>VĂN</ChuDem><Ten>BÌNH</Ten></HoVaTen>" in divided
    assert "<HoVaTen><Ho/><ChuDem/><Ten>TRẦN THỊ MAI</Ten></HoVaTen>" in whole


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("001899000001", "<Nam/><NgayThangNam>19900517</NgayThangNam>"),
        ("001999000002", "<Nam/><NgayThangNam>1985-11-02</NgayThangNam>"),
        ("002999000022", "<Nam>1938</Nam><NgayThangNam/>"),
    ],
)
async def test_both_date_forms_and_years_alone_occur(simulator: httpx2.AsyncClient, number: str, written: str) -> None:
    assert written in (await ask(simulator, question(number=number))).text


@pytest.mark.parametrize("number", ["099187000001", "001899000025", "033899000029"], ids=["none", "cancelled", "dead"])
async def test_no_match_is_200_without_a_citizen(simulator: httpx2.AsyncClient, number: str) -> None:
    answer = await ask(simulator, question(number=number))
    assert (answer.status_code, "<CongDan>" in answer.text, 'SoCongDan="0"' in answer.text) == (200, False, True)


async def test_a_minor_comes_with_the_guardian(simulator: httpx2.AsyncClient) -> None:
    answer = await ask(simulator, question(number="001899000032"))
    assert "<NguoiDaiDien><HoVaTen><Ten>CAO MINH NGUYỆT</Ten></HoVaTen><SoDinhDanh>001999000031" in answer.text


async def test_an_older_card_is_asked_for_in_its_own_field(simulator: httpx2.AsyncClient) -> None:
    fields = FIELDS.replace("<d:SoDinhDanh>{number}</d:SoDinhDanh>", "<d:SoCMND>000000036</d:SoCMND>")
    assert "<SoDinhDanh>027899000036</SoDinhDanh>" in (await ask(simulator, question(fields))).text


@pytest.mark.parametrize(
    "body",
    [
        question(FIELDS.replace("<d:MaDVC>VPCP</d:MaDVC><d:MaTichHop>037</d:MaTichHop>", "<d:MaTichHop/><d:MaDVC/>")),
        question(FIELDS.replace("<d:MaCanBo>system</d:MaCanBo>", "")),
        question(FIELDS.replace("<d:SoDinhDanh>{number}</d:SoDinhDanh>", "")),
        question(FIELDS + "<d:Them/>"),
        question(FIELDS + FIELDS),
        question("").replace(b"TraCuuThongTinCongDan", b"XoaCongDan"),
        b"<!DOCTYPE a>" + question(),
        b"not xml",
        b"",
        b"<a>" + b" " * 65536 + b"</a>",
    ],
    ids=["order", "missing", "no-number", "extra", "twice", "operation", "doctype", "not-xml", "empty", "oversized"],
)
async def test_a_question_in_any_other_structure_is_a_fault(simulator: httpx2.AsyncClient, body: bytes) -> None:
    answer = await ask(simulator, body)
    assert (answer.status_code, "faultcode" in answer.text, "<CongDan>" in answer.text) == (200, True, False)


async def test_a_wrong_secret_is_refused(simulator: httpx2.AsyncClient) -> None:
    assert (await ask(simulator, question(), secret="another")).status_code == 401


async def test_missing_credentials_are_refused(simulator: httpx2.AsyncClient) -> None:
    assert (await simulator.post("/population", content=question())).status_code == 401


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_old_or_early_timestamp_is_refused(simulator: httpx2.AsyncClient, minutes: int) -> None:
    stale = headers(stamp=milliseconds(datetime.now(UTC) + timedelta(minutes=minutes)))
    assert (await simulator.post("/population", content=question(), headers=stale)).status_code == 401


async def test_a_timestamp_in_seconds_is_understood(simulator: httpx2.AsyncClient) -> None:
    assert (await ask(simulator, question(), stamp=str(int(datetime.now(UTC).timestamp())))).status_code == 200


@pytest.mark.parametrize(
    "malformed",
    [
        {"Timestamp": "soon", "Authorization": "Basic dTp4"},
        {"Timestamp": "9" * 30, "Authorization": "Basic dTp4"},
        {"Timestamp": "1", "Authorization": "Basic ***"},
        {"Timestamp": "1", "Authorization": "Basic /w=="},
    ],
)
async def test_malformed_credentials_are_refused(simulator: httpx2.AsyncClient, malformed: dict[str, str]) -> None:
    assert (await simulator.post("/population", content=question(), headers=malformed)).status_code == 401


async def test_failing_is_500(simulator: httpx2.AsyncClient) -> None:
    await set_mode(simulator, "failing")
    assert (await ask(simulator, question())).status_code == 500


async def test_fault_is_200_with_a_soap_fault(simulator: httpx2.AsyncClient) -> None:
    await set_mode(simulator, "fault")
    answer = await ask(simulator, question())
    assert (answer.status_code, "soapenv:Fault" in answer.text) == (200, True)


async def test_garbled_is_the_right_answer_cut_in_half(simulator: httpx2.AsyncClient) -> None:
    whole = (await ask(simulator, question())).content
    await set_mode(simulator, "garbled")
    answer = await ask(simulator, question())
    assert (answer.status_code, answer.content) == (200, whole[: len(whole) // 2])


async def test_maintenance_is_200_with_a_page(simulator: httpx2.AsyncClient) -> None:
    await set_mode(simulator, "maintenance")
    answer = await ask(simulator, question())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("number", ["001899000001", "099187000001"])
async def test_wrong_person_answers_with_somebody_else(simulator: httpx2.AsyncClient, number: str) -> None:
    await set_mode(simulator, "wrong_person")
    answer = await ask(simulator, question(number=number))
    assert "<CongDan>" in answer.text
    assert f"<SoDinhDanh>{number}</SoDinhDanh>" not in answer.text


async def test_oversized_is_the_right_answer_with_half_a_megabyte_behind_it(simulator: httpx2.AsyncClient) -> None:
    whole = (await ask(simulator, question())).content
    await set_mode(simulator, "oversized")
    answer = (await ask(simulator, question())).content
    assert (answer.startswith(whole), len(answer) - len(whole)) == (True, 512 * 1024)


@pytest.mark.parametrize("mode", ["hanging", "dripping"])
async def test_a_register_that_hangs_or_drips_has_not_answered_after_a_while(
    simulator: httpx2.AsyncClient, mode: str
) -> None:
    await set_mode(simulator, mode)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await ask(simulator, question())


async def test_7_2_a_match_answers_yes_or_no_and_nothing_else(simulator: httpx2.AsyncClient) -> None:
    right = FIELDS.replace(">X<", ">Nguyễn Văn Bình<").replace(
        "<d:Nam>1990</d:Nam>", "<d:NgayThangNam>19900517</d:NgayThangNam>"
    )
    yes, no = [(await ask(simulator, match_question(fields))).text for fields in (right, FIELDS)]
    assert "<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>" in yes
    assert "<KetQuaXacThuc><TonTai>false</TonTai></KetQuaXacThuc>" in no
    assert "CongDan>" not in yes


async def test_7_2_the_feed_is_paged_by_days(simulator: httpx2.AsyncClient) -> None:
    for name in ("A", "B", "C"):
        change = {"kind": "name_changed", "number": "001899000001", "new_name": name}
        await simulator.post("/controls/changes", json=change)
    first, second = [(await ask(simulator, feed_question(page=page))).text for page in (1, 2)]
    assert (first.count("<ThayDoi>"), second.count("<ThayDoi>")) == (2, 1)
    assert "<Loai>CAI_CHINH_HO_TEN</Loai>" in second
    assert "<Ten>C</Ten>" in second


@pytest.mark.parametrize("page", [0, "x"])
async def test_a_page_that_is_none_is_a_fault(simulator: httpx2.AsyncClient, page: object) -> None:
    assert "faultcode" in (await ask(simulator, feed_question(page=page))).text


async def test_slow_waits_and_then_answers(simulator: httpx2.AsyncClient) -> None:
    await set_mode(simulator, "slow", 0.05)
    began = datetime.now(UTC)
    answer = await ask(simulator, question())
    assert datetime.now(UTC) - began >= timedelta(seconds=0.05)
    assert "<CongDan>" in answer.text


async def test_questions_are_listed_without_saying_about_whom(simulator: httpx2.AsyncClient) -> None:
    await ask(simulator, question())
    listed = await simulator.get("/questions.json")
    asked = {"request_id": "r1", "service": "VPCP", "officer": "system", "correlation_id": ""}
    assert listed.json() == [{**asked, "operation": "TraCuuThongTinCongDan"}]
