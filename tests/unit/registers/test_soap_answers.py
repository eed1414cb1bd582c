"""What each kind of SOAP answer means, and that nothing else is kept of it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.soap.answers import read_changes, read_look_up, read_match
from idp.proofing.model import NameParts
from idp.proofing.registers.feed import ChangeKind, FeedPage
from idp.proofing.registers.ports import Found, Garbled, MatchAnswer, Matched, NoAnswer, NoRecord, NotMatched
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.sexes import Sex
from tests.unit.registers.samples import CITIZEN, HOA, collection, envelope, match_result

NOW = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
CURSOR = FeedCursor(date(2026, 10, 1), 1, 0)


def test_7_2_the_whole_name_in_ten_is_not_divided() -> None:
    assert read_look_up(envelope(collection(CITIZEN))) == Found(HOA)


def test_7_2_the_collection_may_stand_in_an_element_of_the_operation() -> None:
    wrapped = f'<r:Response xmlns:r="http://dancuquocgia.bca">{collection(CITIZEN)}</r:Response>'
    assert read_look_up(envelope(wrapped)) == Found(HOA)


def test_4_3_a_name_the_register_divided_keeps_its_parts() -> None:
    citizen = CITIZEN.replace(
        "<Ho/><ChuDem/><Ten>NGUYỄN THỊ HOÀ</Ten>", "<Ho>NGUYỄN</Ho><ChuDem>THỊ</ChuDem><Ten>HOÀ</Ten>"
    )
    answer = read_look_up(envelope(collection(citizen)))
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
    answer = read_look_up(envelope(collection(citizen)))
    assert isinstance(answer, Found)
    assert answer.record.birth_date == expected


@pytest.mark.parametrize(("code", "sex"), [("0", Sex.UNKNOWN), ("1", Sex.MALE), ("2", Sex.FEMALE), ("", Sex.UNKNOWN)])
def test_4_5_sex_is_read_by_its_code(code: str, sex: Sex) -> None:
    answer = read_look_up(envelope(collection(CITIZEN.replace("<GioiTinh>2<", f"<GioiTinh>{code}<"))))
    assert isinstance(answer, Found)
    assert answer.record.sex is sex


@pytest.mark.parametrize("content", [collection(), '<r:Response xmlns:r="http://dancuquocgia.bca"/>'])
def test_7_2_an_answer_without_a_citizen_is_no_record(content: str) -> None:
    assert read_look_up(envelope(content)) == NoRecord()


@pytest.mark.parametrize("before", ["", collection(CITIZEN)])
def test_7_2_a_soap_fault_is_no_answer_whatever_stands_beside_it(before: str) -> None:
    fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>busy</faultstring></s:Fault>"
    assert read_look_up(envelope(before + fault)) == NoAnswer("fault")


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
    assert read_look_up(body) == Garbled(reason)


def test_elements_of_another_namespace_are_not_the_citizens() -> None:
    foreign = CITIZEN.replace("<SoDinhDanh>001899000001", '<SoDinhDanh xmlns="urn:other">001899000001')
    assert read_look_up(envelope(collection(foreign))) == Garbled("unreadable_field")


@given(st.integers(0, len(envelope(collection(CITIZEN))) - 1))
def test_an_answer_cut_anywhere_is_garbled(length: int) -> None:
    assert isinstance(read_look_up(envelope(collection(CITIZEN))[:length]), Garbled)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_of_some_kind(body: bytes) -> None:
    assert isinstance(read_look_up(body), Garbled)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>", Matched()),
        ("<KetQuaXacThuc>true</KetQuaXacThuc>", Matched()),
        ("<TonTai>1</TonTai>", Matched()),
        ("<TonTai>True</TonTai>", Matched()),
        ("<KetQuaXacThuc><TonTai>false</TonTai></KetQuaXacThuc>", NotMatched()),
        ("<TonTai>0</TonTai>", NotMatched()),
        ("<KetQuaXacThuc>true</KetQuaXacThuc><TonTai>true</TonTai>", Matched()),
    ],
)
def test_7_2_a_match_is_a_yes_or_a_no(content: str, expected: MatchAnswer) -> None:
    assert read_match(envelope(match_result(content))) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no_result"),
        ("<TonTai/>", "no_result"),
        ("<KhacNua>true</KhacNua>", "no_result"),
        ('<TonTai xmlns="urn:other">true</TonTai>', "no_result"),
        ("<TonTai>có</TonTai>", "unclear_result"),
        ("<KetQuaXacThuc>true</KetQuaXacThuc><TonTai>false</TonTai>", "unclear_result"),
    ],
)
def test_a_match_that_is_neither_yes_nor_no_is_garbled(content: str, reason: str) -> None:
    assert read_match(envelope(match_result(content))) == Garbled(reason)


def test_a_look_ups_answer_to_a_match_is_no_yes() -> None:
    assert read_match(envelope(collection(CITIZEN))) == Garbled("no_result")


def test_a_fault_is_no_answer_to_a_match_and_to_the_feed() -> None:
    body = envelope(match_result("<TonTai>true</TonTai>") + "<s:Fault/>")
    assert read_match(body) == NoAnswer("fault")
    assert read_changes(body, CURSOR, NOW) == NoAnswer("fault")


def feed(*rows: str) -> bytes:
    return envelope(f'<DanhSachThayDoi xmlns="http://dancuquocgia.bca" Trang="1">{"".join(rows)}</DanhSachThayDoi>')


def change(kind: str, named: str = "BD-1", new_number: str = "", ten: str = "") -> str:
    return (
        f"<ThayDoi><MaThayDoi>{named}</MaThayDoi><Loai>{kind}</Loai><ThoiDiem>20261001093000</ThoiDiem>"
        f"<SoDinhDanh>001899000001</SoDinhDanh><SoDinhDanhMoi>{new_number}</SoDinhDanhMoi>"
        f"<HoVaTen><Ho/><Ten>{ten}</Ten></HoVaTen><LyDo>không ai hỏi</LyDo></ThayDoi>"
    )


def test_each_row_of_the_feed_keeps_its_own_values() -> None:
    page = read_changes(
        feed(
            change("THAY_SO", "BD-1", new_number="001899000002"),
            change("CAI_CHINH_HO_TEN", "BD-2", ten="TRẦN THỊ MAI"),
            change("KHAI_TU", "BD-3"),
        ),
        CURSOR,
        NOW,
    )
    assert isinstance(page, FeedPage)
    reported = [(one.id, one.kind, one.new_number and one.new_number.digits, one.new_name) for one in page.changes]
    assert reported == [
        ("BD-1", ChangeKind.NUMBER_REPLACED, "001899000002", None),
        ("BD-2", ChangeKind.NAME_CHANGED, None, "TRẦN THỊ MAI"),
        ("BD-3", ChangeKind.DIED, None, None),
    ]
    assert {one.at for one in page.changes} == {datetime(2026, 10, 1, 2, 30, tzinfo=UTC)}


def test_an_empty_list_is_a_page_and_a_missing_list_is_not() -> None:
    assert read_changes(feed(), CURSOR, NOW) == FeedPage((), "20261001.1.0", more=False)
    assert read_changes(envelope(collection()), CURSOR, NOW) == Garbled("not_a_feed")
