"""The old words: levels and names of userinfo, each from what may leave under its own name."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.legacy.claims import LEVEL_NAMES, USERINFO_NAMES, old_level, old_userinfo, our_level
from idp.sign_in.levels import ACR_VALUES

SUBJECT = {"sub": "subject-1"}
ALONE = {"acr": "loa1"}
ALWAYS = {"sub": "subject-1", "LoaiTaiKhoan": "1", "loAs": "LoA1", "loginIdp": "DVC"}


def named(released: Mapping[str, object], token: Mapping[str, object] = ALONE) -> dict[str, object]:
    return old_userinfo({**SUBJECT, **released}, token)


def test_every_old_level_stands_for_one_of_ours() -> None:
    assert set(LEVEL_NAMES.values()) <= set(ACR_VALUES)


@pytest.mark.parametrize("acr", ACR_VALUES)
def test_the_echo_of_a_level_is_the_level_that_was_asked_for(acr: str) -> None:
    assert our_level(old_level(acr)) == acr


@given(st.text() | st.none() | st.integers())
def test_an_unknown_level_is_never_told_as_more_than_the_lowest(acr: object) -> None:
    if not isinstance(acr, str) or acr not in ACR_VALUES:
        assert old_level(acr) == "LoA1"


def test_oidc_core_3_1_2_1_an_unknown_wish_stays_as_it_is() -> None:
    assert our_level("urn:other") == "urn:other"


def test_nothing_released_means_nothing_but_kind_level_and_source() -> None:
    assert named({}) == ALWAYS


@pytest.mark.parametrize(
    ("released", "claims"),
    [
        ({"name": "Nguyễn Thị Hòa"}, {"HoVaTen": "Nguyễn Thị Hòa"}),
        ({"national_id": "001899000001"}, {"SoDinhDanh": "001899000001"}),
        ({"TechID": "t-1"}, {"TechID": "t-1"}),
        ({"birthdate": "1990-05-17"}, {"NgayThangNamSinh": "19900517"}),
        ({"birthdate": "1950"}, {"NgayThangNamSinh": "1950"}),
        ({"birthdate": "0000-05-17"}, {}),
        ({"gender": "male"}, {"GioiTinh": "1"}),
        ({"gender": "female"}, {"GioiTinh": "2"}),
        ({"gender": "other"}, {}),
        ({"address": {"formatted": "1 Phố Huế"}}, {"DiaChi": "1 Phố Huế"}),
        ({"address": {"locality": "Hà Nội", "country": "VN"}}, {"DiaChi": "Hà Nội"}),
        ({"address": {}}, {}),
        ({"phone_number": "+84912345678", "phone_number_verified": True}, {"SoDienThoai": "+84912345678"}),
        ({"phone_number": "+84912345678", "phone_number_verified": False}, {}),
        ({"email": "a@people.example", "email_verified": True}, {"ThuDienTu": "a@people.example"}),
        ({"email": "a@people.example"}, {}),
    ],
)
def test_each_claim_has_its_old_name_and_form(released: dict[str, object], claims: dict[str, object]) -> None:
    assert named(released) == ALWAYS | claims


def test_who_acts_for_an_enterprise_is_told_as_one() -> None:
    acting_for = {"sub": "o-1", "type": "organisation", "name": "Công ty Mẫu", "code": "0100047516"}
    enterprise = {"MaSoThue": "0100047516", "MaSoDoanhNghiep": "0100047516", "TenDoanhNghiep": "Công ty Mẫu"}
    assert named({}, {**ALONE, "acting_for": acting_for}) == ALWAYS | {"LoaiTaiKhoan": "2"} | enterprise
    assert named({"acting_for": acting_for}) == ALWAYS | {"LoaiTaiKhoan": "2"} | enterprise


@pytest.mark.parametrize("acting_for", [None, "0100047516", {"type": "person", "name": "Bé An"}])
def test_who_acts_for_a_person_or_nobody_is_a_citizen(acting_for: object) -> None:
    assert named({}, {**ALONE, "acting_for": acting_for}) == ALWAYS


def test_older_cards_and_addresses_that_carry_identity_have_no_name_here() -> None:
    """vietnam.md 8.5: `userProfileUri` and `logoutUri` bore a token with name and number in their query."""
    assert USERINFO_NAMES.keys().isdisjoint({"SoCMND", "HoChieu", "userProfileUri", "logoutUri"})


@given(st.dictionaries(st.sampled_from(("address", "birthdate", "gender", "acting_for", "name")), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5
)))  # fmt: skip
def test_odd_values_are_left_out_or_passed_on_and_never_break_the_answer(odd: dict[str, object]) -> None:
    answer = named(odd)
    assert answer["sub"] == "subject-1"
    assert None not in answer.values()
