"""What each kind of answer of the REST wrapper means, and that nothing else is kept of it."""

from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.rest.answers import read_changes, read_look_up, read_match
from idp.proofing.model import NameParts
from idp.proofing.registers.feed import ChangeKind, FeedPage
from idp.proofing.registers.ports import Found, Garbled, MatchAnswer, Matched, NoAnswer, NoRecord, NotMatched
from idp.proofing.values.birth_dates import BirthDate
from tests.unit.registers.samples import CITIZEN_JSON, HOA, collection_json

NOW = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
CURSOR = FeedCursor(date(2026, 10, 1), 1, 0)


@pytest.mark.parametrize("rows", [CITIZEN_JSON, [CITIZEN_JSON]], ids=["one", "list of one"])
def test_109_a_record_is_found_alone_or_in_a_list(rows: object) -> None:
    assert read_look_up(collection_json(rows)) == Found(HOA)


def test_4_3_a_name_the_register_divided_keeps_its_parts() -> None:
    divided = {**CITIZEN_JSON, "HoVaTen": {"Ho": "NGUYỄN", "ChuDem": "THỊ", "Ten": "HOÀ"}}
    answer = read_look_up(collection_json(divided))
    assert isinstance(answer, Found)
    assert (answer.record.full_name, answer.record.parts) == ("NGUYỄN THỊ HOÀ", NameParts("NGUYỄN", "THỊ", "HOÀ"))


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ({"NgayThangNam": "19900517"}, BirthDate(1990, 5, 17)),
        ({"NgayThangNam": None, "Nam": 1950}, BirthDate(1950)),
        ({"NgayThangNam": "", "Nam": "1950"}, BirthDate(1950)),
    ],
)
def test_4_4_both_date_forms_and_a_year_alone_are_read(born: object, expected: BirthDate) -> None:
    answer = read_look_up(collection_json({**CITIZEN_JSON, "NgayThangNamSinh": born}))
    assert isinstance(answer, Found)
    assert answer.record.birth_date == expected


@pytest.mark.parametrize("rows", [None, [], ""])
def test_an_empty_collection_is_no_record(rows: object) -> None:
    assert read_look_up(collection_json(rows)) == NoRecord()
    assert read_look_up(b'{"CongdanCollection": {"SoCongDan": 0}}') == NoRecord()


@pytest.mark.parametrize(
    "body",
    [
        b'{"Fault": {"faultcode": "Server"}}',
        b'{"StatusCode": 500, "ThrowException": "x"}',
        orjson.dumps({"Fault": {"faultcode": "Server"}, "CongdanCollection": {"CongDan": dict(CITIZEN_JSON)}}),
    ],
)
def test_a_fault_is_no_answer_to_any_question_whatever_stands_beside_it(body: bytes) -> None:
    assert read_look_up(body) == NoAnswer("fault")
    assert read_match(body) == NoAnswer("fault")
    assert read_changes(body, CURSOR, NOW) == NoAnswer("fault")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>maintenance</body></html>", "not_json"),
        (collection_json(CITIZEN_JSON)[:-20], "not_json"),
        (b"", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b" " * (256 * 1024 + 1), "oversized"),
        (b"[]", "not_an_answer"),
        (b"null", "not_an_answer"),
        (b"{}", "not_an_answer"),
        (b'{"CongdanCollection": []}', "not_an_answer"),
        (collection_json("text"), "not_an_answer"),
        (collection_json([CITIZEN_JSON, None]), "not_an_answer"),
        (collection_json([CITIZEN_JSON, CITIZEN_JSON]), "several_records"),
        (collection_json([{}]), "no_name"),
        (collection_json({**CITIZEN_JSON, "HoVaTen": "NGUYỄN"}), "no_name"),
        (collection_json({**CITIZEN_JSON, "SoDinhDanh": ["001899000001"]}), "unreadable_field"),
        (collection_json({**CITIZEN_JSON, "NgayThangNamSinh": {"NgayThangNam": "19900230"}}), "unreadable_field"),
    ],
)
def test_what_is_no_answer_to_the_question_is_garbled(body: bytes, reason: str) -> None:
    assert read_look_up(body) == Garbled(reason)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"KetQuaXacThuc": {"TonTai": True}}, Matched()),
        ({"KetQuaXacThuc": "true"}, Matched()),
        ({"TonTai": 1}, Matched()),
        ({"KetQuaXacThuc": {"TonTai": False}}, NotMatched()),
        ({"KetQuaXacThuc": {"TonTai": "0"}}, NotMatched()),
        ({"KetQuaXacThuc": {}}, Garbled("no_result")),
        ({"KetQuaXacThuc": None}, Garbled("no_result")),
        ({}, Garbled("no_result")),
        ({"KetQuaXacThuc": {"TonTai": [True]}}, Garbled("no_result")),
        ({"KetQuaXacThuc": {"TonTai": 1.0}}, Garbled("no_result")),
        ({"KetQuaXacThuc": {"TonTai": 2}}, Garbled("unclear_result")),
        ({"KetQuaXacThuc": True, "TonTai": False}, Garbled("unclear_result")),
    ],
)
def test_7_2_a_match_is_a_yes_a_no_or_garbled(answer: object, expected: MatchAnswer) -> None:
    assert read_match(orjson.dumps(answer)) == expected


def test_rows_of_the_feed_are_read_and_what_nobody_asked_for_is_dropped() -> None:
    row = {
        "MaThayDoi": "BD-1",
        "Loai": "KHAI_TU",
        "ThoiDiem": "2026-10-01T09:30:00",
        "SoDinhDanh": "001899000001",
        "NguyenNhan": "không ai hỏi",
    }
    page = read_changes(orjson.dumps({"DanhSachThayDoi": {"ThayDoi": [row]}}), CURSOR, NOW)
    assert isinstance(page, FeedPage)
    assert [(one.id, one.kind, one.at) for one in page.changes] == [
        ("BD-1", ChangeKind.DIED, datetime(2026, 10, 1, 2, 30, tzinfo=UTC))
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_of_some_kind(body: bytes) -> None:
    assert isinstance(read_look_up(body), Garbled)
    assert isinstance(read_match(body), Garbled)
    assert isinstance(read_changes(body, CURSOR, NOW), Garbled)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["CongdanCollection", "CongDan", "HoVaTen", "KetQuaXacThuc", "TonTai", "DanhSachThayDoi"]),
            inner,
            max_size=4,
        )
    ),
)


@given(_JSON)
def test_any_json_is_an_answer_of_some_kind_and_never_an_exception(answer: object) -> None:
    body = orjson.dumps(answer)
    assert not isinstance(read_look_up(body), Found)
    read_match(body)
    read_changes(body, CURSOR, NOW)
