"""Names: vectors of the domain facts (sections 4.1-4.3 and 11), and properties over ranges of names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.proofing.values.errors import InvalidNameError, NameProblem
from idp.proofing.values.names import (
    MAX_LENGTH,
    NameMatch,
    canonical_name,
    check_declared_name,
    compare_names,
    readable_name,
)

# One syllable of each shape: open and closed, with and without onset, quality marks, triphthongs, qu and gi.
_SYLLABLES = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý văn thị đức quý giá khuỷu "
    "hoà hòe thúy minh anh ánh quỳnh hương thảo phương tuấn dũng hải sơn mỹ kiều giang uyên khuê nhật "
    "thuỵ y ông âu"
)
SYLLABLES = tuple(_SYLLABLES.split())
# Spellings of one syllable that differ only in where the tone stands.
PLACEMENTS = (
    ("hòa", "hoà"),
    ("hỏe", "hoẻ"),
    ("thúy", "thuý"),
    ("thụy", "thuỵ"),
    ("tỏa", "toả"),
    ("qúy", "quý"),
    ("gía", "giá"),
    ("khủyu", "khuỷu"),
    ("chìêu", "chiều"),
)
names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=6).map(" ".join)


@pytest.mark.parametrize(
    ("declared", "registered"),
    [
        ("nguyễn văn an", "NGUYỄN VĂN AN"),
        ("Ðặng", "Đặng"),
        ("\u0189ặng", "ĐẶNG"),
        ("ðặng", "đặng"),
        ("Trần  Thị Mai\u00a0", "TRẦN THỊ MAI"),
        ("Trần\u200b Thị\ufeff Mai", "TRẦN THỊ MAI"),
        ("Nguyê\u0303n", "NGUYỄN"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), "NGUYỄN THỊ HOÀ"),
        ("Danh", "DANH"),
        ("Y", "Y"),
        ("Hélène", "HÉLÈNE"),
        ("Strauß", "STRAUSS"),
    ],
)
def test_4_3_identical_after_nfc_spaces_case_and_dd(declared: str, registered: str) -> None:
    assert compare_names(declared, registered) is NameMatch.IDENTICAL


@pytest.mark.parametrize(
    ("declared", "registered"),
    [
        ("Nguyễn Thị Hòa", "NGUYỄN THỊ HOÀ"),
        ("Trần Thị Thúy", "TRẦN THỊ THUÝ"),
        ("H'Hen Niê", "H’Hen Niê"),
        ("H\u02bcHen Niê", "H\u2018HEN NIÊ"),
        ("H' Hen Niê", "H'HEN NIÊ"),
        ("Cil-Múp", "CIL MÚP"),
        ("Cil\u2011Múp", "CIL-MÚP"),
        *PLACEMENTS,
    ],
)
def test_4_3_same_but_for_tone_placement_apostrophe_or_hyphen(declared: str, registered: str) -> None:
    assert compare_names(declared, registered) is NameMatch.SAME


@pytest.mark.parametrize(
    ("declared", "registered"),
    [
        ("Nguyen Van An", "NGUYỄN VĂN AN"),
        ("Nguyên Văn An", "NGUYỄN VĂN AN"),
        ("Đang Thị Mai", "ĐẶNG THỊ MAI"),
        ("Dặng Thị Mai", "ĐẶNG THỊ MAI"),
        ("Trần Thị Thuy", "TRẦN THỊ THÚY"),
        ("HHen Niê", "H'HEN NIÊ"),
        ("Nguyễn An", "NGUYỄN VĂN AN"),
        ("Văn An", "NGUYỄN VĂN AN"),
        ("Nguyễn Văn", "NGUYỄN VĂN AN"),
        ("Nguyễn Văn An Bình", "NGUYỄN VĂN BÌNH"),
        ("Nguyễn Hòa", "NGUYỄN THỊ HOÀ"),
        ("Bơniê ƀ", "BƠNIÊ B"),
        ("Helène", "HÉLÈNE"),
    ],
)
def test_4_3_near_when_diacritics_or_one_syllable_are_left_out(declared: str, registered: str) -> None:
    assert compare_names(declared, registered) is NameMatch.NEAR


@pytest.mark.parametrize(
    ("malformed", "name"),
    [
        ("hòan", "hoàn"),
        ("súyt", "suýt"),
        ("hùynh", "huỳnh"),
        ("tóan", "toán"),
        ("hòàn", "hoàn"),
        ("hóà", "hòá"),
        ("jóse", "josé"),
    ],
)
def test_4_2_a_malformed_syllable_never_proves_a_name(malformed: str, name: str) -> None:
    assert compare_names(malformed, name) is NameMatch.NEAR


def test_4_2_a_malformed_syllable_is_equal_to_itself() -> None:
    assert compare_names("Hòan", "HÒAN") is NameMatch.IDENTICAL


@pytest.mark.parametrize(
    ("declared", "registered"),
    [
        ("Lý", "LÍ"),
        ("Mỹ", "MĨ"),
        ("Quý", "QUÍ"),
        ("Trần Thị Thùy", "TRẦN THỊ THÚY"),
        ("Tân", "TĂN"),
        ("Xuân", "SUÂN"),
        ("Dung", "GIUNG"),
        ("Trần Văn An", "CHẦN VĂN AN"),
        ("Trân", "TRÀN"),
        ("Nguyễn An", "NGUYỄN VĂN AN BÌNH"),
        ("An Văn Nguyễn", "NGUYỄN VĂN AN"),
        ("Nguyen An", "NGUYỄN VĂN AN"),
        ("Muñoz", "MÚNOZ"),
        ("Muñoz", "MŨNOZ"),
        ("Nguyễn", ""),
        ("", ""),
        ("", "NGUYỄN"),
    ],
)
def test_4_2_what_contradicts_is_different(declared: str, registered: str) -> None:
    assert compare_names(declared, registered) is NameMatch.DIFFERENT


@given(names, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from([str.upper, str.lower, str.title]))
def test_normal_form_and_case_never_matter(name: str, form: str, cased: object) -> None:
    assert callable(cased)
    other = unicodedata.normalize(form, str(cased(name)))  # type: ignore[arg-type]
    assert compare_names(other, name) is NameMatch.IDENTICAL


@given(names, names)
def test_comparison_is_symmetric(one: str, other: str) -> None:
    assert compare_names(one, other) is compare_names(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_gets_a_symmetric_answer(one: str, other: str) -> None:
    assert compare_names(one, other) is compare_names(other, one)


@given(names, st.sampled_from(PLACEMENTS), names)
def test_tone_placement_never_matters_in_an_open_syllable(before: str, spellings: tuple[str, str], after: str) -> None:
    one, other = (f"{before} {spelling} {after}" for spelling in spellings)
    assert compare_names(one, other) is NameMatch.SAME


@given(names, names)
def test_no_false_match_of_names_that_differ_in_letters_or_tones(one: str, other: str) -> None:
    # The list holds one spelling of each syllable, so two names match exactly when they are the same text.
    matched = compare_names(one, other) in {NameMatch.IDENTICAL, NameMatch.SAME}
    assert matched is (one == other)


@given(names, names)
def test_identical_means_the_same_canonical_name_and_so_the_same_place_in_a_list(one: str, other: str) -> None:
    identical = compare_names(one.upper(), other) is NameMatch.IDENTICAL
    assert identical is (canonical_name(one) == canonical_name(other))


@given(st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=6), st.data())
def test_leaving_out_any_one_syllable_is_near_and_never_more(syllables: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(syllables) - 1))
    fewer = [*syllables[:place], *syllables[place + 1 :]]
    assert compare_names(" ".join(fewer), " ".join(syllables)) is NameMatch.NEAR


@given(st.text(max_size=40))
def test_the_canonical_name_is_a_fixed_point(text: str) -> None:
    once = canonical_name(text)
    assert canonical_name(once) == once


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "Đặng Thị Thúy"), "Đặng Thị Thúy"),
        (" Trần  Thị\u00a0Mai\u00a0", "Trần Thị Mai"),
        ("Y", "Y"),
        ("H’Hen Niê", "H’Hen Niê"),
        ("Ƀlŏ Čƀ Ñi", "Ƀlŏ Čƀ Ñi"),
        ("Ơ\u0306 Jean-Paul Żółć", "Ơ\u0306 Jean-Paul Żółć"),
        ("Guðrún", "Guðrún"),
        ("王小明", "王小明"),
        ("An" * 50, "An" * 50),
    ],
)
def test_a_declared_name_is_stored_in_nfc_with_single_spaces(typed: str, stored: str) -> None:
    assert check_declared_name(typed) == stored


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", NameProblem.EMPTY),
        (" \u00a0 ", NameProblem.EMPTY),
        ("-'-", NameProblem.EMPTY),
        ("A" * (MAX_LENGTH + 1), NameProblem.TOO_LONG),
        ("Nguyễn Văn 2", NameProblem.DIGIT),
        ("Nguyễn Văn Ⅱ", NameProblem.DIGIT),
        ("Nguyễn Văn ２", NameProblem.DIGIT),
        ("Nguyễn@Văn", NameProblem.SYMBOL),
        ("<b>An</b>", NameProblem.SYMBOL),
        ("Nguyễn V. An", NameProblem.SYMBOL),
        ("An 😀", NameProblem.SYMBOL),
        ("𝐀𝐧", NameProblem.SYMBOL),
        ("Ａｎ", NameProblem.SYMBOL),
        ("\u0301An", NameProblem.SYMBOL),
        ("A" + "\u0336" * 4, NameProblem.SYMBOL),
        ("An\ud800", NameProblem.SYMBOL),
        ("Nguyễn\tAn", NameProblem.INVISIBLE),
        ("Nguyễn\nAn", NameProblem.INVISIBLE),
        ("An\x00", NameProblem.INVISIBLE),
        ("An\u200bBình", NameProblem.INVISIBLE),
        ("An\u202eBình", NameProblem.INVISIBLE),
        ("An\ufeff", NameProblem.INVISIBLE),
    ],
)
def test_4_1_what_is_no_name_is_refused_with_its_reason(typed: str, problem: NameProblem) -> None:
    with pytest.raises(InvalidNameError) as refused:
        check_declared_name(typed)
    assert refused.value.problem is problem


@given(st.text(max_size=120))
def test_what_is_stored_can_be_stored_again_unchanged(typed: str) -> None:
    try:
        stored = check_declared_name(typed)
    except InvalidNameError:
        return
    assert check_declared_name(stored) == stored
    assert stored == " ".join(stored.split())
    assert stored.encode().decode() == stored


@pytest.mark.parametrize(
    ("registered", "readable"),
    [
        ("NGUYỄN THỊ HOÀ", "Nguyễn Thị Hoà"),
        ("ĐẶNG  VĂN ĐÔNG", "Đặng Văn Đông"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("CIL-MÚP", "Cil-Múp"),
        ("Y", "Y"),
        ("Đặng van An", "Đặng van An"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_made_readable(registered: str, readable: str) -> None:
    assert readable_name(registered) == readable


@given(names)
def test_making_a_name_readable_leaves_it_identical(name: str) -> None:
    assert compare_names(readable_name(name.upper()), name) is NameMatch.IDENTICAL
