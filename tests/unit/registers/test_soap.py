"""The SOAP message: the question's exact structure, and what each kind of answer means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.registers.soap import read_answer, write_question
from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import SYSTEM, ClaimedIdentity, NameParts, OnBehalfOf, Purpose, RegisterRecord
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.ports import Found, Garbled, NoAnswer, NoRecord
from idp.proofing.sexes import Sex

NUMBER = PersonalNumber("001899000001")
CITIZEN = (
    "<CongDan><SoDinhDanh>001899000001</SoDinhDanh><SoCMND/><HoVaTen><Ho/><ChuDem/><Ten>NGUYỄN THỊ HOÀ</Ten></HoVaTen>"
    "<GioiTinh>2</GioiTinh><DanToc>56</DanToc><TonGiao>00</TonGiao>"
    "<NgayThangNamSinh><Nam/><NgayThangNam>19900517</NgayThangNam></NgayThangNamSinh>"
    "<Cha><HoVaTen><Ho>NGƯỜI</Ho><Ten>CHA MẪU</Ten></HoVaTen><SoDinhDanh>099187000001</SoDinhDanh></Cha></CongDan>"
)
HOA = RegisterRecord(NUMBER, "NGUYỄN THỊ HOÀ", BirthDate(1990, 5, 17), Sex.FEMALE)


def envelope(content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<s:Body>{content}</s:Body></s:Envelope>"
    ).encode()


def collection(*citizens: str) -> str:
    return f'<CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0">{"".join(citizens)}</CongdanCollection>'


def question(
    born: BirthDate, *, name: str = "Nguyễn Thị Hoà", actor: OnBehalfOf = SYSTEM, code: str = "1.012766"
) -> str:
    claimed = ClaimedIdentity(NUMBER, name, born)
    message = write_question(
        claimed, request_id="r1", purpose=Purpose(code, "đăng ký"), on_behalf_of=actor, integration_code="037"
    )
    return message.decode()


def test_7_2_the_question_has_exactly_the_fields_of_the_operation_in_their_order() -> None:
    assert question(BirthDate(1990, 5, 17)) == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:dan="http://dancuquocgia.bca"><soapenv:Header/><soapenv:Body><dan:TraCuuThongTinCongDan>'
        "<dan:MaYeuCau>r1</dan:MaYeuCau><dan:MaDVC>1.012766</dan:MaDVC><dan:MaTichHop>037</dan:MaTichHop>"
        "<dan:MaCanBo>system</dan:MaCanBo><dan:SoDinhDanh>001899000001</dan:SoDinhDanh>"
        "<dan:HoVaTen>NGUYỄN THỊ HOÀ</dan:HoVaTen>"
        "<dan:NgayThangNamSinh><dan:NgayThangNam>19900517</dan:NgayThangNam></dan:NgayThangNamSinh>"
        "</dan:TraCuuThongTinCongDan></soapenv:Body></soapenv:Envelope>"
    )


def test_7_2_a_year_only_birth_date_goes_out_as_a_year() -> None:
    assert "<dan:NgayThangNamSinh><dan:Nam>1950</dan:Nam></dan:NgayThangNamSinh>" in question(BirthDate(1950))


def test_nothing_in_the_question_can_become_markup() -> None:
    written = question(BirthDate(1950), name="H'Hen", actor=OnBehalfOf("a</dan:MaCanBo>"), code="<x>&")
    assert "<dan:MaCanBo>a&lt;/dan:MaCanBo&gt;</dan:MaCanBo>" in written
    assert "<dan:MaDVC>&lt;x&gt;&amp;</dan:MaDVC>" in written


def test_7_2_the_whole_name_in_ten_is_not_divided() -> None:
    assert read_answer(envelope(collection(CITIZEN))) == Found(HOA)


def test_7_2_the_collection_may_stand_in_an_element_of_the_operation() -> None:
    wrapped = f'<r:Response xmlns:r="http://dancuquocgia.bca">{collection(CITIZEN)}</r:Response>'
    assert read_answer(envelope(wrapped)) == Found(HOA)


def test_4_3_a_name_the_register_divided_keeps_its_parts() -> None:
    citizen = CITIZEN.replace(
        "<Ho/><ChuDem/><Ten>NGUYỄN THỊ HOÀ</Ten>", "<Ho>NGUYỄN</Ho><ChuDem>THỊ</ChuDem><Ten>HOÀ</Ten>"
    )
    answer = read_answer(envelope(collection(citizen)))
    assert isinstance(answer, Found)
    assert (answer.record.full_name, answer.record.parts) == ("NGUYỄN THỊ HOÀ", NameParts("NGUYỄN", "THỊ", "HOÀ"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<Nam/><NgayThangNam>1990-05-17</NgayThangNam>", BirthDate(1990, 5, 17)),
        ("<NgayThangNam>19900517</NgayThangNam>", BirthDate(1990, 5, 17)),
        ("<Nam>1950</Nam>", BirthDate(1950)),
        ("<Nam>1950</Nam><NgayThangNam></NgayThangNam>", BirthDate(1950)),
        ("<Nam>1990</Nam><NgayThangNam>19900517</NgayThangNam>", BirthDate(1990, 5, 17)),
    ],
)
def test_4_4_both_date_forms_and_a_year_alone_are_read(written: str, expected: BirthDate) -> None:
    citizen = CITIZEN.replace("<Nam/><NgayThangNam>19900517</NgayThangNam>", written)
    answer = read_answer(envelope(collection(citizen)))
    assert isinstance(answer, Found)
    assert answer.record.birth_date == expected


@pytest.mark.parametrize(("code", "sex"), [("0", Sex.UNKNOWN), ("1", Sex.MALE), ("2", Sex.FEMALE), ("", Sex.UNKNOWN)])
def test_4_5_sex_is_read_by_its_code(code: str, sex: Sex) -> None:
    answer = read_answer(envelope(collection(CITIZEN.replace("<GioiTinh>2<", f"<GioiTinh>{code}<"))))
    assert isinstance(answer, Found)
    assert answer.record.sex is sex


@pytest.mark.parametrize("content", [collection(), '<r:Response xmlns:r="http://dancuquocgia.bca"/>'])
def test_7_2_an_answer_without_a_citizen_is_no_record(content: str) -> None:
    assert read_answer(envelope(content)) == NoRecord()


@pytest.mark.parametrize("before", ["", collection(CITIZEN)])
def test_7_2_a_soap_fault_is_no_answer_whatever_stands_beside_it(before: str) -> None:
    fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>busy</faultstring></s:Fault>"
    assert read_answer(envelope(before + fault)) == NoAnswer("fault")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html><body>maintenance</body></html>", "declaration"),
        (b"<html><body>maintenance</body></html>", "not_an_answer"),
        (envelope(collection(CITIZEN))[:-40], "not_xml"),
        (b"", "not_xml"),
        (b'{"StatusCode": 200}', "not_xml"),
        (envelope(""), "not_an_answer"),
        (collection(CITIZEN).encode(), "not_an_answer"),
        (envelope(collection(CITIZEN, CITIZEN)), "several_records"),
        (envelope(collection("<CongDan/>")), "no_name"),
        (envelope(collection(CITIZEN.replace("NGUYỄN THỊ HOÀ", " "))), "no_name"),
        (
            envelope(collection(CITIZEN.replace("<SoDinhDanh>001899000001</SoDinhDanh>", "<SoDinhDanh/>"))),
            "unreadable_field",
        ),
        (envelope(collection(CITIZEN.replace("19900517", "19900230"))), "unreadable_field"),
        (envelope(collection(CITIZEN.replace("19900517", ""))), "unreadable_field"),
    ],
)
def test_what_is_no_answer_to_the_question_is_garbled(body: bytes, reason: str) -> None:
    assert read_answer(body) == Garbled(reason)


def test_elements_of_another_namespace_are_not_the_citizens() -> None:
    foreign = CITIZEN.replace("<SoDinhDanh>001899000001", '<SoDinhDanh xmlns="urn:other">001899000001')
    assert read_answer(envelope(collection(foreign))) == Garbled("unreadable_field")


@given(st.integers(0, len(envelope(collection(CITIZEN))) - 1))
def test_an_answer_cut_anywhere_is_garbled(length: int) -> None:
    assert isinstance(read_answer(envelope(collection(CITIZEN))[:length]), Garbled)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_of_some_kind(body: bytes) -> None:
    assert isinstance(read_answer(body), Garbled)
