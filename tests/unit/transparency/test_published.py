"""What goes out of which event, and that nothing else ever does."""

import re
from datetime import UTC, datetime
from itertools import product

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import ClientId
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, PersonId, SessionId
from idp.transparency.published import OBJECTS, PUBLISHED, leaf_of, published_names
from records.structs import replace
from tests.support.every import for_each

AT = datetime(2026, 11, 25, 8, 30, 1, 123456, tzinfo=UTC)
DIGEST = "sha256:" + "0f" * 32
# What every entry must keep to itself, each where an event has it.
SECRETS = {
    "id": "0" * 25 + "v",
    "person_id": "person-canary",
    "session_id": "session-canary",
    "address": "192.0.2.77",
    "correlation_id": "correlation-canary",
    "actor": "account-canary",
    "actor_code": "h55.canary",
    "members": "members-canary",
    "note": "Nguyễn Văn Bình",
}
ACTOR = {"actor": SECRETS["actor"], "actor_code": SECRETS["actor_code"]}


def event(
    name: EventName, reason: str = "", client_id: ClientId | None = ClientId("cong-tinh"), **details: str
) -> RecordEvent:
    """Return an event that holds everything an event can hold."""
    return RecordEvent(
        id=EventId(SECRETS["id"]),
        name=name,
        at=AT,
        origin=Origin(SECRETS["correlation_id"], SECRETS["address"], 4711, "Firefox, Windows"),
        person_id=PersonId(SECRETS["person_id"]),
        client_id=client_id,
        session_id=SessionId(SECRETS["session_id"]),
        reason=reason,
        details={**ACTOR, "members": SECRETS["members"], "note": SECRETS["note"], **details},
    )


def test_a_client_that_the_operator_created() -> None:
    made = replace(event(EventName.CLIENT_CHANGED, "created"), details={"operator": "root", "metadata_digest": DIGEST})
    assert leaf_of(made) == (
        b'{"at":"2026-11-25T08:30:01Z","by":{"roles":["operator"]},"digest":"' + DIGEST.encode() + b'",'
        b'"kind":"client:created","object":{"client_id":"cong-tinh"}}'
    )


def test_keys_are_named_by_their_kids_whether_there_is_one_or_more() -> None:
    rotated = orjson.loads(leaf_of(event(EventName.KEY_ROTATED, "rotated", kids="abc def")))
    retired = orjson.loads(leaf_of(event(EventName.KEY_RETIRED, "compromised", kid="abc")))
    assert (rotated["kind"], rotated["object"]) == ("key:rotated", {"kids": ["abc", "def"]})
    assert (retired["kind"], retired["object"]) == ("key:compromised", {"kids": ["abc"]})


def test_a_merge_names_who_remains_and_who_went_up_in_it() -> None:
    reported = event(EventName.AGENCY_MERGED, "command", agency="H19", others="H03 H55 <b>")
    assert orjson.loads(leaf_of(reported))["object"] == {"agency": "H19", "others": ["H03", "H55"]}


def test_an_administrator_is_their_roles_and_their_agency() -> None:
    reported = event(EventName.CLIENT_CHANGED, "changed", actor_roles="support auditor king", actor_agency="H55.12")
    assert orjson.loads(leaf_of(reported))["by"] == {"roles": ["auditor", "support"], "agency": "H55.12"}


def test_a_reason_that_no_row_knows_does_not_go_out() -> None:
    assert orjson.loads(leaf_of(event(EventName.CLIENT_CHANGED, "Vì ông Bình")))["kind"] == "operator:client:changed"


def test_an_event_without_a_row_tells_that_it_happened_and_when() -> None:
    reported = event(
        EventName.ACCOUNT_LOCKED, "spoken", actor_roles="support", actor_agency="H55", metadata_digest=DIGEST
    )
    assert orjson.loads(leaf_of(reported)) == {"kind": "operator:account:locked", "at": "2026-11-25T08:30:01Z"}


@pytest.mark.parametrize(
    "value", ["Nguyễn Văn Bình", "a@b.vn", "+84912345678", "two words", "x" * 201, "", "a\nb", '"']
)
def test_what_is_no_plain_word_stays_in_whatever_member_it_stands(value: str) -> None:
    reported = event(EventName.CLIENT_CHANGED, "changed", ClientId(value), metadata_digest=value, actor_agency=value)
    assert orjson.loads(leaf_of(reported)).keys() == {"kind", "at"}


@for_each(lambda: product(sorted(published_names()), ["", "created", SECRETS["note"]]), lambda *case: " ".join(case))
def test_no_event_of_the_table_lets_anything_personal_out(name: EventName, reason: str) -> None:
    members = {"kids": "k1 k2", "kid": "k1", "agency": "H55", "actor_roles": "support", "actor_agency": "H55"}
    leaf = leaf_of(event(name, reason, ClientId("cong-tinh"), metadata_digest=DIGEST, **members))
    assert [secret for secret in SECRETS.values() if secret.encode() in leaf] == []
    assert orjson.loads(leaf).keys() <= {"kind", "at", "object", "digest", "by"}


@given(
    st.sampled_from(sorted(published_names())),
    st.text(max_size=30),
    st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=6),
)
def test_whatever_an_event_holds_the_entry_is_plain_json_of_known_members(
    name: EventName, reason: str, details: dict[str, str]
) -> None:
    leaf = leaf_of(replace(event(name, reason), details=details))
    assert re.fullmatch(rb"[\x20-\x7e]+", leaf)
    entry = orjson.loads(leaf)
    assert orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) == leaf
    assert entry.keys() <= {"kind", "at", "object", "digest", "by"}


def test_a_row_names_known_objects_and_plain_kinds() -> None:
    assert {name for row in PUBLISHED.values() for name in row.about} <= set(OBJECTS)
    kinds = [kind for row in PUBLISHED.values() for kind in row.kinds.values()]
    assert len(kinds) == len(set(kinds))
    assert all(re.fullmatch(r"[a-z_:]{3,60}", kind) for kind in kinds)
