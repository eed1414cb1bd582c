"""What is hashed of an event, and the list of a checkpoint's events."""

from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.sql.audit.tables import audit_events
from idp.audit.entries import SEALED_COLUMNS, Entry, digest_of, read_listing, write_listing
from idp.kernel.ids import EventId

VALUES = st.one_of(st.none(), st.text(), st.integers(), st.binary(), st.floats(allow_nan=False))


def test_every_column_of_an_event_is_sealed() -> None:
    assert {"event_id", *SEALED_COLUMNS} == {column.name for column in audit_events.columns}


@given(st.lists(VALUES, max_size=10), st.lists(VALUES, max_size=10))
def test_two_events_have_one_digest_only_if_they_are_alike(one: list[object], other: list[object]) -> None:
    alike = [(type(value), repr(value)) for value in one] == [(type(value), repr(value)) for value in other]
    assert (digest_of(one) == digest_of(other)) == alike


def test_what_moves_from_one_column_to_the_next_is_another_event() -> None:
    assert len({digest_of(values) for values in (["ab", "c"], ["a", "bc"], ["abc", ""], ["abc", None], ["abc"])}) == 5


def test_the_form_is_fixed() -> None:
    """Digests are compared years later: whoever changes the form makes another version and keeps this one."""
    values = ["client:token:issued", 1, "id", "192.0.2.7", 443, None, "portal", None, "", '{"tên": "giá trị"}']
    assert digest_of(values).hex() == "d2fc0f72d164611329652bf9af43997b1e5620e244bce429386089188885cb08"


@given(st.lists(st.tuples(st.text(), st.binary(min_size=32, max_size=32))))
def test_a_list_is_read_as_it_was_written(pairs: list[tuple[str, bytes]]) -> None:
    entries = [Entry(EventId(name), digest) for name, digest in pairs]
    read = read_listing(write_listing(entries))
    assert read is not None
    assert [(one.id, one.mark) for one in read] == [(one.id, one.digest[:8]) for one in entries]


@given(st.binary(max_size=200))
def test_a_damaged_list_is_noticed_or_read_and_never_fails(listing: bytes) -> None:
    assert read_listing(listing) is None or len(listing) >= 10 * len(read_listing(listing) or ())


def test_a_list_that_was_cut_is_none() -> None:
    listing = write_listing([Entry(EventId("a"), b"x" * 32)])
    assert [read_listing(listing[:end]) is None for end in range(len(listing) + 1)] == [
        False,
        *[True] * (len(listing) - 1),
        False,
    ]
