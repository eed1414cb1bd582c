"""The table of details that agencies read: every event of the catalogue has one row, and no row names a person."""

from collections import Counter

from idp.admin.audit.details import details_shown, rows
from idp.audit.model import MANDATE, EventName

# What details call an account, a session, or what leads to one.
OF_PERSONS = frozenset(
    {
        "account", "account_id", "actor", "case", "grant", MANDATE, "merged_account_id", "of_actor", "officer",
        "passkey", "recovery", "register_change", "register_request", "session", "sought",
    }
)  # fmt: skip


def test_every_event_has_one_row() -> None:
    times = Counter(name for name, _ in rows())
    assert [name for name in EventName if times[name] != 1] == []


def test_no_row_shows_an_account_a_session_or_what_leads_to_one() -> None:
    assert {name: shown & OF_PERSONS for name, shown in rows() if shown & OF_PERSONS} == {}


def test_what_the_table_names_is_shown_and_nothing_else() -> None:
    details = {"said": "The code has expired.", "grant": "g" * 26}
    assert details_shown(EventName.TOKEN_REFUSED, details) == {"said": "The code has expired."}
    assert details_shown("another:version:wrote", details) == {}
