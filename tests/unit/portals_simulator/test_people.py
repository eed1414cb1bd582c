"""The demonstration people: every case is there, and no number can belong to anyone."""

import re
import unicodedata

import pytest

from portals.simulator.book import Book
from portals.simulator.enterprises import ENTERPRISES
from portals.simulator.people import BY_NUMBER, PEOPLE
from portals.simulator.person import CASE_TEXTS, Case, Person, Sex, Status
from tests.support.every import for_each


def of(case: Case) -> list[str]:
    return [person.number for person in PEOPLE if person.case is case]


def test_there_are_at_least_forty_people_under_different_numbers() -> None:
    assert len(BY_NUMBER) == len(PEOPLE) >= 40


@for_each(lambda: ((person,) for person in PEOPLE), lambda person: person.number)
def test_11_every_number_is_one_that_nobody_can_hold(person: Person) -> None:
    assert re.fullmatch(r"[0-9]{3}[89]99[0-9]{6}", person.number)


def test_the_number_says_the_sex_of_the_record_except_where_it_was_corrected() -> None:
    differing = [p.number for p in PEOPLE if (p.sex is Sex.FEMALE) is not (p.number[3] == "9")]
    assert differing == of(Case.CORRECTED)


@pytest.mark.parametrize("case", Case)
def test_every_case_has_people_and_words_in_both_languages(case: Case) -> None:
    assert of(case)
    assert all(CASE_TEXTS[case])


def test_the_first_person_is_the_ready_account() -> None:
    first = PEOPLE[0]
    assert (first.number, first.case, first.extra.in_parts) == ("001899000001", Case.ORDINARY, True)


def test_all_names_are_stored_in_nfc() -> None:
    assert [p.number for p in PEOPLE if p.full_name != unicodedata.normalize("NFC", p.full_name)] == []


def test_2_4_a_cancelled_number_names_the_living_holder_of_its_replacement() -> None:
    cancelled = [person for person in PEOPLE if person.extra.status is Status.CANCELLED]
    assert cancelled
    for person in cancelled:
        holder = Book().holder_of(person.extra.replaced_by)
        assert holder is not None
        assert (holder.full_name, holder.case) == (person.full_name, Case.REPLACED)


def test_namesakes_share_name_and_birth_date_and_not_the_number() -> None:
    pair = [BY_NUMBER[number] for number in of(Case.NAMESAKE)]
    assert len(pair) == 2
    assert len({(person.full_name, person.born) for person in pair}) == 1


def test_every_minor_has_a_living_guardian() -> None:
    guardians = {BY_NUMBER[number].extra.guardian for number in of(Case.MINOR)}
    assert guardians == set(of(Case.GUARDIAN))


def test_year_only_people_have_nothing_but_a_year() -> None:
    assert all(len(BY_NUMBER[number].born) == 4 for number in of(Case.YEAR_ONLY))


def test_11_a_name_of_sixty_characters_is_there() -> None:
    assert max(len(person.full_name) for person in PEOPLE) >= 60


def test_an_older_card_finds_its_holder() -> None:
    holder = Book().holder_of("000000036")
    assert holder is not None
    assert [holder.number] == of(Case.OLDER_CARD)


def test_nobody_holds_an_empty_number() -> None:
    assert Book().holder_of("") is None


@pytest.mark.parametrize(("case", "count"), [(Case.ONE_ENTERPRISE, 1), (Case.TWO_ENTERPRISES, 2)])
def test_representatives_have_as_many_enterprises_as_their_case_says(case: Case, count: int) -> None:
    for number in of(case):
        assert len([unit for unit in ENTERPRISES if unit.representative == number]) == count


def test_there_are_eight_enterprises_under_codes_that_are_safe_to_publish() -> None:
    codes = {unit.code for unit in ENTERPRISES}
    assert len(codes) == 8
    assert all(re.fullmatch(r"(0100047516|1000000040)(-00[1-9])?", code) for code in codes)
