"""Pairwise identifiers: the same within a sector, unlike between sectors, never a person's own number."""

from hypothesis import given
from hypothesis import strategies as st

from clients.model import ClientId
from idp.kernel.ids import PersonId, SessionId
from idp.protocol.tokens.subjects import SubjectKey, sector_of
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, PERSON, PROVIDER

KEY = PROVIDER.subjects
FIRST = replace(CLIENT, sector_identifier="portals.example")
SECOND = replace(BANK, sector_identifier="portals.example")


def test_oidc_core_8_1_clients_of_one_sector_know_a_person_by_one_name() -> None:
    assert KEY.subject(PersonId(PERSON), FIRST) == KEY.subject(PersonId(PERSON), SECOND)


def test_oidc_core_8_1_two_sectors_cannot_join_what_they_know() -> None:
    assert KEY.subject(PersonId(PERSON), CLIENT) != KEY.subject(PersonId(PERSON), BANK)
    assert KEY.subject(PersonId(PERSON), FIRST) != KEY.subject(PersonId(PERSON), CLIENT)


def test_a_subject_survives_a_change_of_host() -> None:
    moved = replace(FIRST, redirect_uris=("https://new.example/cb",), client_name={"": "New"})
    assert KEY.subject(PersonId(PERSON), moved) == KEY.subject(PersonId(PERSON), FIRST)


def test_oidc_core_8_public_subjects_are_the_same_everywhere_and_no_pairwise_one() -> None:
    public = [replace(client, subject_type="public") for client in (CLIENT, BANK)]
    assert KEY.subject(PersonId(PERSON), public[0]) == KEY.subject(PersonId(PERSON), public[1])
    assert KEY.subject(PersonId(PERSON), public[0]) != KEY.subject(PersonId(PERSON), CLIENT)


def test_a_client_cannot_take_the_public_sector_by_its_name() -> None:
    named = replace(CLIENT, client_id=ClientId("public"), sector_identifier="public")
    assert KEY.subject(PersonId(PERSON), named) != KEY.subject(PersonId(PERSON), replace(CLIENT, subject_type="public"))


def test_backchannel_logout_2_1_a_session_has_another_sid_for_each_client() -> None:
    assert KEY.session(SessionId("session-1"), FIRST) != KEY.session(SessionId("session-1"), SECOND)
    assert KEY.session(SessionId("session-1"), FIRST) == KEY.session(SessionId("session-1"), FIRST)
    assert KEY.session(SessionId("same"), CLIENT) != KEY.subject(PersonId("same"), CLIENT)


def test_another_key_gives_other_names() -> None:
    assert SubjectKey(b"x" * 32).subject(PersonId(PERSON), CLIENT) != KEY.subject(PersonId(PERSON), CLIENT)


@given(st.text(max_size=40), st.text(max_size=40))
def test_oidc_core_2_a_subject_is_short_ascii_and_one_for_each_person(first: PersonId, second: PersonId) -> None:
    subject = KEY.subject(first, CLIENT)
    assert (len(subject), subject.isascii()) == (43, True)
    assert (subject == KEY.subject(second, CLIENT)) == (first == second)


def test_the_sector_is_the_registered_one_or_the_client_alone() -> None:
    assert (sector_of(FIRST), sector_of(CLIENT)) == ("portals.example", "portal")
