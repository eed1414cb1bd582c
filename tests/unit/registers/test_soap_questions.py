"""The SOAP questions: the exact structure of vietnam.md 7.2, whose order matters."""

from datetime import date

import pytest

from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.soap.questions import Operation, write_feed_question, write_question
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.values.birth_dates import BirthDate
from tests.unit.registers.samples import NUMBER


def question(
    born: BirthDate,
    *,
    name: str = "Nguyễn Thị Hoà",
    actor: OnBehalfOf = SYSTEM,
    code: str = "1.012766",
    operation: Operation = Operation.LOOK_UP,
) -> str:
    claimed = ClaimedIdentity(NUMBER, name, born)
    message = write_question(
        operation,
        claimed,
        request_id="r1",
        purpose=Purpose(code, "đăng ký"),
        on_behalf_of=actor,
        integration_code="037",
    )
    return message.decode()


@pytest.mark.parametrize("operation", [Operation.LOOK_UP, Operation.MATCH])
def test_7_2_the_question_has_exactly_the_fields_of_the_operation_in_their_order(operation: Operation) -> None:
    assert question(BirthDate(1990, 5, 17), operation=operation) == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:dan="http://dancuquocgia.bca"><soapenv:Header/><soapenv:Body><dan:{operation}>'
        "<dan:MaYeuCau>r1</dan:MaYeuCau><dan:MaDVC>1.012766</dan:MaDVC><dan:MaTichHop>037</dan:MaTichHop>"
        "<dan:MaCanBo>system</dan:MaCanBo><dan:SoDinhDanh>001899000001</dan:SoDinhDanh>"
        "<dan:HoVaTen>NGUYỄN THỊ HOÀ</dan:HoVaTen>"
        "<dan:NgayThangNamSinh><dan:NgayThangNam>19900517</dan:NgayThangNam></dan:NgayThangNamSinh>"
        f"</dan:{operation}></soapenv:Body></soapenv:Envelope>"
    )


def test_7_2_the_operations_have_the_registers_names() -> None:
    assert (Operation.MATCH, Operation.LOOK_UP) == ("XacThucThongTinCongDan", "TraCuuThongTinCongDan")


def test_7_2_a_page_of_the_feed_is_asked_for_by_days_kinds_page_and_size() -> None:
    message = write_feed_question(
        FeedCursor(date(2026, 9, 30), 4, 17),
        "20261001",
        request_id="r1",
        purpose=Purpose("DVC", "biến động"),
        on_behalf_of=SYSTEM,
        integration_code="037",
    )
    assert message.decode().endswith(
        "<dan:TraCuuThayDoiCongDan><dan:MaYeuCau>r1</dan:MaYeuCau><dan:MaDVC>DVC</dan:MaDVC>"
        "<dan:MaTichHop>037</dan:MaTichHop><dan:MaCanBo>system</dan:MaCanBo><dan:TuNgay>20260930</dan:TuNgay>"
        "<dan:DenNgay>20261001</dan:DenNgay><dan:Loai>THAY_SO,CAI_CHINH_HO_TEN,KHAI_TU</dan:Loai>"
        "<dan:Trang>4</dan:Trang><dan:SoBanGhi>100</dan:SoBanGhi></dan:TraCuuThayDoiCongDan>"
        "</soapenv:Body></soapenv:Envelope>"
    )


def test_7_2_a_year_only_birth_date_goes_out_as_a_year() -> None:
    assert "<dan:NgayThangNamSinh><dan:Nam>1950</dan:Nam></dan:NgayThangNamSinh>" in question(BirthDate(1950))


def test_nothing_in_the_question_can_become_markup() -> None:
    written = question(BirthDate(1950), name="H'Hen", actor=OnBehalfOf("a</dan:MaCanBo>"), code="<x>&")
    assert "<dan:MaCanBo>a&lt;/dan:MaCanBo&gt;</dan:MaCanBo>" in written
    assert "<dan:MaDVC>&lt;x&gt;&amp;</dan:MaDVC>" in written
