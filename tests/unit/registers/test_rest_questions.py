"""The REST wrapper's questions: the fields of vietnam.md 7.2 (Đồng Tháp), flat, in camel case."""

from datetime import date

import orjson

from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.rest.questions import write_feed_question, write_question
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.values.birth_dates import BirthDate
from tests.unit.registers.samples import NUMBER


def question(born: BirthDate, actor: OnBehalfOf = SYSTEM) -> object:
    claimed = ClaimedIdentity(NUMBER, "Nguyễn Thị Hoà", born)
    purpose = Purpose("1.012766", "đăng ký")
    return orjson.loads(write_question(claimed, request_id="r1", purpose=purpose, on_behalf_of=actor, user="sso"))


def test_7_2_the_question_has_exactly_the_wrappers_fields() -> None:
    assert question(BirthDate(1990, 5, 17), OnBehalfOf("officer-7")) == {
        "maYeuCau": "r1",
        "maDVC": "1.012766",
        "maCanBo": "officer-7",
        "userNameService": "sso",
        "soDinhDanh": "001899000001",
        "hoVaTen": "NGUYỄN THỊ HOÀ",
        "ngayThangNam": "19900517",
    }


def test_4_4_a_year_only_birth_date_goes_out_as_a_year() -> None:
    asked = question(BirthDate(1950))
    assert isinstance(asked, dict)
    assert asked["ngayThangNam"] == "1950"


def test_7_2_a_page_of_the_feed_is_asked_for_by_days_kinds_page_and_size() -> None:
    cursor, purpose = FeedCursor(date(2026, 9, 30), 4, 17), Purpose("DVC", "biến động")
    body = write_feed_question(cursor, "20261001", request_id="r1", purpose=purpose, on_behalf_of=SYSTEM, user="sso")
    assert orjson.loads(body) == {
        "maYeuCau": "r1",
        "maDVC": "DVC",
        "maCanBo": "system",
        "userNameService": "sso",
        "tuNgay": "20260930",
        "denNgay": "20261001",
        "loai": "THAY_SO,CAI_CHINH_HO_TEN,KHAI_TU",
        "trang": 4,
        "soBanGhi": 100,
    }
