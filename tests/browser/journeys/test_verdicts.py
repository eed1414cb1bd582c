"""A registration ends alike whatever was answered (EN-1); what the account is worth, its own page says."""

import pytest
from msgspec import Struct

from portals.simulator.faults import Mode
from portals.simulator.person import Person
from tests.browser.people import (
    ANOTHERS_PHONE,
    DECEASED,
    DIFFERENT,
    DOWN,
    GARBLED,
    LATER,
    MOVED,
    NEAR,
    NEW_PASSWORD,
    OF_ANOTHER,
    SAME,
    UNHEARD,
    just_moved_phone,
    own_phone,
)
from tests.support.browser import Visitor, until


class Case(Struct, frozen=True):
    """A registration, and what the account page says afterwards; `proof` None where no account was opened."""

    name: str
    person: Person
    phone: str
    proof: str | None
    declared: str | None = None
    register: Mode = Mode.OK
    carriers: Mode = Mode.OK


PROVED = "Đã xác thực với Cơ sở dữ liệu quốc gia về dân cư."
MATCHED = "Thông tin khớp với dữ liệu dân cư, nhưng chưa chứng minh được đó là bạn."
NOT_PROVED = "Chưa xác thực: thông tin đã khai chưa trùng khớp với Cơ sở dữ liệu quốc gia về dân cư."
WAITING = "Đang chờ: Cơ sở dữ liệu quốc gia về dân cư chưa cho câu trả lời dùng được."
CASES = (
    Case("own-phone", SAME, own_phone(SAME), PROVED),
    Case("anothers-phone", OF_ANOTHER, ANOTHERS_PHONE, MATCHED),
    Case("moved-lately", MOVED, just_moved_phone(MOVED), MATCHED),
    Case("carriers-down", UNHEARD, own_phone(UNHEARD), MATCHED, carriers=Mode.DOWN),
    Case("near", NEAR, own_phone(NEAR), NOT_PROVED),
    Case("different", DIFFERENT, ANOTHERS_PHONE, None, declared="Trần Văn Khác"),
    Case("no-record", DECEASED, ANOTHERS_PHONE, None),
    Case("register-down", DOWN, own_phone(DOWN), WAITING, register=Mode.DOWN),
    Case("register-garbled", GARBLED, own_phone(GARBLED), WAITING, register=Mode.GARBLED),
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
def registered(visitor: Visitor, case: Case) -> Visitor:
    """A visitor who came from the ministry's portal and stands before the end of a registration."""
    visitor.set_register(case.register)
    visitor.set_register(case.carriers, "subscribers")
    try:
        visitor.at(8102)
        visitor.click("login")
        visitor.click("register")
        visitor.register(case.person, case.phone, NEW_PASSWORD, case.declared)
    finally:
        visitor.set_register(Mode.OK)
        visitor.set_register(Mode.OK, "subscribers")
    return visitor


@each_case
def test_en_1_the_end_is_the_same_for_all_and_the_account_says_what_is_proved(registered: Visitor, case: Case) -> None:
    # Byte for byte the same: tests/flows/registration/test_registration.py.
    assert registered.text("heading") == "Đã nhận đăng ký"
    if case.proof is None:
        register_again(registered, case)
    else:
        use_the_account(registered, case, case.proof)


def register_again(visitor: Visitor, case: Case) -> None:
    """No account: the way leads back to the form, and nobody can sign in."""
    visitor.click("correct")
    assert visitor.page.url.startswith(visitor.system.provider("/register?"))
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(case.person.number, NEW_PASSWORD)
    assert visitor.text("alert") == "Số định danh hoặc mật khẩu không đúng. Hãy kiểm tra rồi nhập lại."


def use_the_account(visitor: Visitor, case: Case, proof: str) -> None:
    """The account is open: it signs in to the portal that the person came from, at the level of its proof."""
    visitor.click("continue")
    visitor.sign_in(case.person.number, NEW_PASSWORD)
    assert visitor.text("acr") == ("loa2" if proof == PROVED else "loa1")
    # The register's way of writing wins once it has matched the name.
    matched = proof in {PROVED, MATCHED}
    assert visitor.text("signed-in") == (case.person.full_name if matched else case.person.typed_name)
    visitor.open(visitor.system.provider("/account/identity"))
    assert visitor.text("proof") == proof
    # What is missing is said where nobody else reads it, with every way to it.
    assert visitor.has("ways") == (proof != PROVED)


def test_who_is_matched_proves_themself_when_the_carriers_answer(visitor: Visitor) -> None:
    visitor.set_register(Mode.DOWN, "subscribers")
    try:
        visitor.open(visitor.system.provider("/register"))
        visitor.register(LATER, own_phone(LATER), NEW_PASSWORD)
    finally:
        visitor.set_register(Mode.OK, "subscribers")
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(LATER.number, NEW_PASSWORD)
    visitor.open(visitor.system.provider("/account/identity"))
    assert visitor.text("proof") == MATCHED

    def is_proved() -> bool:
        # The line to the carriers rests a while after it failed; each press asks once more, five an hour.
        if visitor.has("ask-again") and not visitor.has("proof-waiting"):
            visitor.click("ask-again")
        visitor.open(visitor.system.provider("/account/identity"))
        return visitor.text("proof") == PROVED

    until(is_proved, "the carriers say that the phone is the person's")
