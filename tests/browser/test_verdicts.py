"""Every answer of the register has its own page and next step (architecture 6), and the account page agrees."""

from dataclasses import dataclass

import pytest

from portals.simulator.faults import Mode
from portals.simulator.person import Person
from tests.browser.gallery import Gallery
from tests.browser.people import DECEASED, DIFFERENT, DOWN, GARBLED, NEAR, NEW_PASSWORD, SAME, SLOW, VERDICT_PHONES
from tests.support.browser import Visitor


@dataclass(frozen=True, slots=True)
class Case:
    """A registration and what its last page and the account page say."""

    verdict: str
    person: Person
    phone: str
    heading: str
    next_step: str
    proof: str | None
    name: str | None = None
    mode: Mode = Mode.OK


LATER = "Bạn vẫn đăng nhập được, nhưng dịch vụ cần danh tính đã xác thực sẽ chưa phục vụ."
CASES = (
    Case(
        "same",
        SAME,
        VERDICT_PHONES[0],
        "Danh tính đã được xác thực, tên ghi theo cơ sở dữ liệu",
        "Các cổng nhận tên của bạn theo cách viết của cơ sở dữ liệu.",
        "Đã xác thực với Cơ sở dữ liệu quốc gia về dân cư.",
    ),
    Case(
        "near",
        NEAR,
        VERDICT_PHONES[0],
        "Đã ghi nhận đăng ký, danh tính chưa được xác thực",
        LATER,
        "Chưa xác thực: thông tin đã khai chưa trùng khớp với Cơ sở dữ liệu quốc gia về dân cư.",
    ),
    Case(
        "different",
        DIFFERENT,
        VERDICT_PHONES[1],
        "Thông tin không khớp",
        "Hãy so từng mục với thẻ căn cước rồi sửa lại.",
        None,
        name="Trần Văn Khác",
    ),
    Case("no_record", DECEASED, VERDICT_PHONES[1], "Không tìm thấy số định danh", "Hãy kiểm tra lại 12 chữ số.", None),
    *(
        Case(
            verdict,
            person,
            VERDICT_PHONES[1],
            heading,
            LATER,
            "Đang chờ: Cơ sở dữ liệu quốc gia về dân cư chưa cho câu trả lời dùng được.",
            mode=mode,
        )
        for verdict, person, heading, mode in (
            ("no_answer", DOWN, "Đã ghi nhận đăng ký, chưa kiểm tra được danh tính", Mode.DOWN),
            ("no_answer", SLOW, "Đã ghi nhận đăng ký, chưa kiểm tra được danh tính", Mode.SLOW),
            ("garbled", GARBLED, "Đã ghi nhận đăng ký, câu trả lời về danh tính không dùng được", Mode.GARBLED),
        )
    ),
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.verdict}-{case.mode}")


@pytest.fixture
def registered(visitor: Visitor, case: Case) -> Visitor:
    """A visitor who came from the ministry's portal and stands before the verdict."""
    visitor.set_register(case.mode)
    try:
        visitor.at(8102)
        visitor.click("login")
        visitor.click("register")
        visitor.register(case.person, case.phone, NEW_PASSWORD, case.name)
    finally:
        visitor.set_register(Mode.OK)
    return visitor


@each_case
def test_the_verdict_has_its_own_page_and_the_account_says_what_is_proved(
    registered: Visitor, case: Case, gallery: Gallery
) -> None:
    assert registered.has(f"verdict-{case.verdict}")
    assert registered.text("heading") == case.heading
    assert case.next_step in registered.text("main")
    result = registered.page.url
    if case.proof is None:
        correct_the_data(registered, case)
    else:
        use_the_account(registered, case, case.proof)
    gallery.visit(f"verdict-{case.verdict}", result)


def correct_the_data(visitor: Visitor, case: Case) -> None:
    """No account: the way leads back to the form, and nobody can sign in."""
    assert not visitor.has("continue")
    visitor.click("correct")
    assert visitor.page.url.startswith(visitor.system.provider("/register?"))
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(case.person.number, NEW_PASSWORD)
    assert visitor.text("alert") == "Số định danh hoặc mật khẩu không đúng. Hãy kiểm tra rồi nhập lại."


def use_the_account(visitor: Visitor, case: Case, proof: str) -> None:
    """The account is open: it signs in to the portal that the person came from, at the level of its proof."""
    proved = case.verdict == "same"
    visitor.click("continue")
    visitor.sign_in(case.person.number, NEW_PASSWORD)
    assert visitor.text("acr") == ("loa2" if proved else "loa1")
    # The register's way of writing wins once it proved the name.
    assert visitor.text("signed-in") == (case.person.full_name if proved else case.person.typed_name)
    visitor.open(visitor.system.provider("/account"))
    assert visitor.text("proof") == proof
