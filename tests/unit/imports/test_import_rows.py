"""Rows of an import: judged by the domain's rules, refused with a word, sealed with nothing left in clear."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.account.model import EMAIL_PLACE, NUMBER_PLACE, PHONE_PLACE, PROFILE_PLACE, TECH_ID_PLACE
from idp.imports.import_lines import prepare, read_header
from idp.imports.import_rows import RowSealer
from idp.imports.model import KnownAccounts, Prepared, PreparedRow, Reject, SamePerson
from idp.imports.service import sort_out
from idp.kernel.ids import AccountId
from idp.kernel.secrets import HashKey, Sealer

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SEALER = Sealer({"k": b"s" * 32}, "k")
ROWS = RowSealer(HashKey(b"n" * 32), HashKey(b"p" * 32), HashKey(b"e" * 32), HashKey(b"t" * 32), SEALER)
TECH_ID = "2B8d3c6e-5f0a-4f0e-9d5b-1c2d3e4f5a6b"
ROW = {
    "number": "001899000001", "name": "Nguyễn Văn Bình", "birth_date": "1990-05-17", "sex": "male",
    "phone": "0912 345 678", "email": "Binh@Thu.example", "password_hash": "{SSHA}" + "QUFB" * 8, "status": "open",
    "level": "proved", "proved_at": "2025-03-01T08:00:00+07:00", "tech_id": TECH_ID, "created_at": "2020-01-02",
}  # fmt: skip


def one(**changes: str) -> Prepared:
    return prepare([(7, orjson.dumps(ROW | changes))], (), ROWS, NOW)


def prepared(**changes: str) -> PreparedRow:
    (found,) = one(**changes).rows
    return found


def test_a_row_becomes_an_account_that_is_sealed_and_found_by_its_indexes() -> None:
    found = prepared()
    assert (found.line, found.status, found.proof) == (7, "open", "proved")
    assert found.number_index == ROWS.numbers.digest("001899000001")
    assert SEALER.open(found.number_sealed, NUMBER_PLACE.of(found.person_id)) == b"001899000001"
    assert SEALER.open(found.phone_sealed or b"", PHONE_PLACE.of(found.person_id)) == b"+84912345678"
    assert SEALER.open(found.email_sealed or b"", EMAIL_PLACE.of(found.person_id)) == b"Binh@thu.example"
    assert found.email_index == ROWS.emails.digest("binh@thu.example")
    # Portals compare it letter by letter.
    assert SEALER.open(found.tech_id_sealed or b"", TECH_ID_PLACE.of(found.person_id)).decode() == TECH_ID
    profile = orjson.loads(SEALER.open(found.profile_sealed, PROFILE_PLACE.of(found.person_id)))
    assert profile["name"] == "Nguyễn Văn Bình"
    assert profile["gender"] == "male"
    assert profile["phone_number"] == "+84912345678"
    assert found.created_at == 1577923200 * 10**6


def test_only_number_name_and_birth_date_are_necessary() -> None:
    row = {name: ROW[name] for name in ("number", "name", "birth_date")}
    (found,) = prepare([(1, orjson.dumps(row))], (), ROWS, NOW).rows
    assert (found.status, found.proof, found.password_hash) == ("open", "not_proved", "-")
    assert found.phone_index is found.email_index is found.tech_id_index is None
    assert "phone_number" not in orjson.loads(SEALER.open(found.profile_sealed, PROFILE_PLACE.of(found.person_id)))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("number", "12345", "personal number: length"),
        ("number", "123456789", "personal number: older_card"),
        ("name", "Nguyễn 2", "name: digit"),
        ("birth_date", "19500230", "birth date: no_such_day"),
        ("birth_date", "2031-01-01", "birth_date: future"),
        ("sex", "x", "sex: unknown"),
        ("phone", "0241234567", "phone: landline"),
        ("email", "nobody", "email: form"),
        ("password_hash", "demo-Password-1", "password_hash: form"),
        ("password_hash", "$2b$31$" + "a" * 53, "password_hash: form"),
        ("status", "closed", "status: unknown"),
        ("level", "2", "level: unknown"),
        ("level", "declared", "proved_at: level"),
        ("proved_at", "", "proved_at: level"),
        ("proved_at", "2027-01-01", "proved_at: range"),
        ("tech_id", "7", "tech_id: form"),
        ("created_at", "yesterday", "created_at: form"),
        ("created_at", "2020-01-02T03:04:05", "created_at: zone"),
        ("colour", "red", "line: fields"),
    ],
)
def test_what_is_wrong_is_said_in_a_word_without_the_value(column: str, value: str, reason: str) -> None:
    assert one(**{column: value}) == Prepared([], [Reject(7, reason)])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\n", "line: empty"),
        (b"{", "line: form"),
        (b"[]", "line: fields"),
        (b"\xff\xfe", "line: form"),
        (orjson.dumps(ROW | {"name": "x" * 20_000}), "line: too_long"),
        (orjson.dumps({"number": "001899000001"}), "line: fields"),
        (orjson.dumps(ROW | {"number": 1899000001}), "line: fields"),
    ],
)
def test_what_is_no_row_is_refused(line: bytes, reason: str) -> None:
    assert prepare([(3, line)], (), ROWS, NOW) == Prepared([], [Reject(3, reason)])


@given(st.binary(max_size=300) | st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=40)).map(orjson.dumps))
def test_any_line_is_taken_or_refused_and_never_an_error(line: bytes) -> None:
    for header in ((), ("number", "name", "birth_date")):
        made = prepare([(1, line)], header, ROWS, NOW)
        assert len(made.rows) + len(made.rejects) == 1


def test_csv_rows_are_read_by_the_names_of_the_first_line() -> None:
    header = read_header("\ufeffnumber,birth_date,name\r\n".encode())
    made = prepare([(2, '001899000001,1950,"Nguyễn Thị Hòa"\r\n'.encode()), (3, b"1,2\n")], header, ROWS, NOW)
    assert [found.number_index for found in made.rows] == [ROWS.numbers.digest("001899000001")]
    assert made.rejects == [Reject(3, "line: fields")]


@pytest.mark.parametrize(
    "line", [b"number,name\n", b"number,name,birth_date,salary\n", b"number,name,birth_date,name\n"]
)
def test_a_header_that_names_other_columns_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="the first line must name columns out of: number, name"):
        read_header(line)


def test_a_number_has_one_account_and_its_second_row_is_the_same_account() -> None:
    first, again = prepared(), prepared()
    ready, (duplicate,) = sort_out(Prepared([first, again], []), KnownAccounts({}, {}))
    assert ready.rows == [first]
    assert (duplicate.why, duplicate.account_id, duplicate.other_account_id) == (
        SamePerson.ACCOUNT,
        None,
        first.account_id,
    )


def test_a_second_tech_id_of_a_number_waits_to_be_merged() -> None:
    second = prepared(tech_id="00000000-5f0a-4f0e-9d5b-1c2d3e4f5a6b")
    known = KnownAccounts({second.number_index: AccountId("first")}, {})
    ready, (duplicate,) = sort_out(Prepared([second], []), known)
    assert (ready.rows, ready.without_number) == ([second], frozenset({7}))
    assert (duplicate.why, duplicate.account_id, duplicate.other_account_id) == (
        SamePerson.NUMBER,
        second.account_id,
        "first",
    )


def test_a_tech_id_stays_with_whom_it_came_first() -> None:
    second = prepared(number="001899000002")
    assert second.tech_id_index is not None
    ready, (duplicate,) = sort_out(
        Prepared([second], []), KnownAccounts({}, {second.tech_id_index: AccountId("first")})
    )
    assert (ready.rows, ready.without_tech_id, ready.without_number) == ([second], frozenset({7}), frozenset())
    assert (duplicate.why, duplicate.other_account_id) == (SamePerson.TECH_ID, "first")


def test_a_proved_row_takes_the_number_from_an_account_that_it_outranks_once() -> None:
    first, again = prepared(tech_id=""), prepared(tech_id="")
    known = KnownAccounts({first.number_index: AccountId("matched")}, {}, {first.number_index: AccountId("matched")})
    ready, (taken, doubled) = sort_out(Prepared([first, again], []), known)
    assert (ready.rows, ready.outranked, ready.without_number) == ([first], (first.number_index,), frozenset())
    assert (taken.why, taken.account_id, taken.other_account_id) == (
        SamePerson.OUTRANKED,
        first.account_id,
        "matched",
    )
    assert (doubled.why, doubled.other_account_id) == (SamePerson.ACCOUNT, first.account_id)


def test_an_import_that_goes_on_tells_once_more_of_whom_it_set_aside() -> None:
    one_ = prepared(tech_id="")
    ready, (reported,) = sort_out(Prepared([one_], []), KnownAccounts({}, {}, {one_.number_index: AccountId("aside")}))
    assert (ready.rows, ready.outranked) == ([one_], ())
    assert (reported.why, reported.other_account_id) == (SamePerson.OUTRANKED, "aside")


def test_a_declared_row_without_a_tech_id_outranks_nobody() -> None:
    weak = prepared(level="declared", proved_at="", tech_id="")
    known = KnownAccounts({weak.number_index: AccountId("matched")}, {}, {weak.number_index: AccountId("matched")})
    ready, (reported,) = sort_out(Prepared([weak], []), known)
    assert (ready.rows, ready.outranked, reported.why) == ([], (), SamePerson.ACCOUNT)
