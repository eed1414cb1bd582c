"""The prefix table: complete, historical, and never mistaken for today's provinces."""

import pytest

from idp.proofing.values.provinces import PREFIXES

_UNASSIGNED = (
    "003 005 007 009 013 016 018 021 023 028 029 032 039 041 043 047 050 053 055 057 059 061 063 065 069 "
    "071 073 076 078 081 085 088 090 097 098 099"
)
UNASSIGNED = tuple(_UNASSIGNED.split())


def test_2_2_there_are_63_prefixes() -> None:
    assert len(PREFIXES) == 63


@pytest.mark.parametrize("code", UNASSIGNED)
def test_2_2_an_unassigned_prefix_is_no_province(code: str) -> None:
    assert code not in PREFIXES


def test_2_5_34_provinces_came_of_the_merger() -> None:
    assert len({province.merged_into or province.name for province in PREFIXES.values()}) == 34


def test_2_5_eleven_provinces_did_not_change() -> None:
    unchanged = {province.name for province in PREFIXES.values() if province.merged_into is None}
    assert unchanged == {
        "Hà Nội",
        "Thừa Thiên Huế",
        "Lai Châu",
        "Điện Biên",
        "Sơn La",
        "Lạng Sơn",
        "Quảng Ninh",
        "Thanh Hóa",
        "Nghệ An",
        "Hà Tĩnh",
        "Cao Bằng",
    }


@pytest.mark.parametrize(
    ("prefix", "then", "today_elsewhere"),
    [
        ("015", "Yên Bái", "Lào Cai"),
        ("024", "Bắc Giang", "Bắc Ninh"),
        ("044", "Quảng Bình", "Quảng Trị"),
        ("052", "Bình Định", "Gia Lai"),
        ("080", "Long An", "Tây Ninh"),
        ("082", "Tiền Giang", "Đồng Tháp"),
        ("091", "Kiên Giang", "An Giang"),
    ],
)
def test_2_5_a_reused_code_still_names_the_province_of_then(prefix: str, then: str, today_elsewhere: str) -> None:
    province = PREFIXES[prefix]
    assert (province.name, province.merged_into) == (then, today_elsewhere)
