"""Which details of which event are published: a closed table. What no row names stays in the audit log.

An entry has the kind, the time to the second, the object, the digest of its public metadata after the change where
there is one, and by which roles for which agency. Nothing tells a person: no account, no officer, no reason in words.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from types import MappingProxyType

import orjson
from msgspec import Struct, field

from idp.agencies.model import InvalidAgencyCodeError, agency_code
from idp.audit.model import EventName, RecordEvent
from idp.officers.roles import Role

# Whatever an administrator does is told of, also where nobody has written a row yet: then that it happened, and when.
_ADMINISTRATION = "admin:"
# What may stand in an entry at all. No letter outside ASCII: the text is the same bytes for every reader.
_WORD = re.compile(r"[A-Za-z0-9._~:/-]{1,200}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ROLES = frozenset(role.value for role in Role)
# Members of an event's details.
KIDS, KID, AGENCY, OVER, METADATA_DIGEST = "kids", "kid", "agency", "over", "metadata_digest"
# The name of a national setting.
SETTING = "setting"
# Codes of those that went up in an agency, or that one was split into.
OTHERS = "others"
ACTOR_ROLES, ACTOR_AGENCY = "actor_roles", "actor_agency"
_Value = str | list[str]


def _client(event: RecordEvent) -> _Value:
    return event.client_id or ""


def _kids(event: RecordEvent) -> _Value:
    return (event.details.get(KIDS) or event.details.get(KID, "")).split()


def _agency(event: RecordEvent) -> _Value:
    """Return the agency that it is about: of a role the one that the role is over."""
    return _code(event.details.get(OVER, "")) or _code(event.details.get(AGENCY, ""))


def _others(event: RecordEvent) -> _Value:
    return [code for text in event.details.get(OTHERS, "").split() if (code := _code(text))]


def _setting(event: RecordEvent) -> _Value:
    return event.details.get(SETTING, "")


# What an entry can be about, and where an event says it.
OBJECTS: Mapping[str, Callable[[RecordEvent], _Value]] = MappingProxyType(
    {"client_id": _client, "kids": _kids, "agency": _agency, "others": _others, "setting": _setting}
)


class Row(Struct, frozen=True):
    """What goes out of one event name: the members of its object; a kind by the word of the code why it happened."""

    about: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    by: bool = True


_CLIENT, _KEYS, _AGENCY, _AGENCIES = ("client_id",), ("kids",), ("agency",), ("agency", "others")
# A change is about a client, a national setting, a signing key, or agencies.
_CHANGED = ("client_id", "setting", "kids", "agency", "others")
PUBLISHED: Mapping[EventName, Row] = MappingProxyType(
    {
        EventName.CLIENT_CHANGED: Row(
            _CLIENT,
            {
                "created": "client:created",
                "changed": "client:changed",
                "disabled": "client:disabled",
                "secret_rotated": "client:secret_rotated",
            },
        ),
        EventName.KEY_ROTATED: Row(_KEYS, {"first": "key:first", "rotated": "key:rotated"}),
        EventName.KEY_RETIRED: Row(_KEYS, {"retired": "key:retired", "compromised": "key:compromised"}),
        EventName.CLIENT_REGISTERED: Row(_CLIENT),
        EventName.CLIENT_EDITED: Row(_CLIENT),
        EventName.CLIENT_SECRET_ROTATED: Row(_CLIENT),
        EventName.CLIENT_STOPPED: Row(_CLIENT),
        EventName.CLIENT_TRY_STARTED: Row(_CLIENT),
        EventName.CLIENT_TRY_ENDED: Row(_CLIENT),
        EventName.SETTING_STOPPED: Row(("setting",)),
        EventName.CHANGE_PROPOSED: Row(_CHANGED),
        EventName.CHANGE_APPROVED: Row(_CHANGED),
        EventName.CHANGE_REFUSED: Row(_CHANGED),
        EventName.CHANGE_WITHDRAWN: Row(_CHANGED),
        EventName.CHANGE_UNDONE: Row(_CHANGED),
        EventName.CHANGE_REVIEWED: Row(_CHANGED),
        EventName.CLIENT_CHECKED: Row(_CLIENT),
        # Its own doing, by a token of its agency.
        EventName.CLIENT_SELF_REGISTERED: Row((*_CLIENT, *_AGENCY), by=False),
        EventName.CLIENT_SELF_CHANGED: Row(_CLIENT, by=False),
        EventName.CLIENT_SELF_DELETED: Row(_CLIENT, by=False),
        EventName.INITIAL_TOKEN_ISSUED: Row(_AGENCY),
        EventName.INITIAL_TOKEN_REVOKED: Row(_AGENCY),
        EventName.SOFTWARE_PUBLISHER_TRUSTED: Row(_AGENCY),
        EventName.SOFTWARE_PUBLISHER_DISTRUSTED: Row(_AGENCY),
        EventName.ADMINISTRATOR_ISSUED: Row(_AGENCY),
        EventName.ADMINISTRATOR_GRANTED: Row(_AGENCY),
        EventName.ADMINISTRATOR_REVOKED: Row(_AGENCY),
        EventName.ADMINISTRATOR_EXTENDED: Row(_AGENCY),
        EventName.ADMINISTRATOR_WITHDRAWN: Row(_AGENCY),
        EventName.ADMINISTRATOR_CONFIRMED: Row(_AGENCY),
        EventName.ADMINISTRATOR_ENROLMENT_RENEWED: Row(_AGENCY),
        EventName.AGENCY_FOUNDED: Row(_AGENCY),
        EventName.AGENCY_RENAMED: Row(_AGENCY),
        EventName.AGENCY_MOVED: Row(_AGENCY),
        EventName.AGENCY_MERGED: Row(_AGENCIES),
        EventName.AGENCY_SPLIT: Row(_AGENCIES),
        EventName.AGENCY_CLOSED: Row(_AGENCY),
        EventName.CONSOLE_REFUSED: Row(),
        EventName.ADMIN_REFUSED: Row(),
        EventName.AUDIT_EXPORTED: Row(),
        EventName.PERSON_EVENTS_READ: Row(),
        EventName.PERSON_FOUND: Row(),
        EventName.PERSON_NOT_FOUND: Row(),
        EventName.PERSON_LOCKED: Row(),
        EventName.PERSON_UNLOCKED: Row(),
        EventName.PERSON_SIGNED_OUT: Row(),
        EventName.PERSON_RECOVERY_BEGUN: Row(),
    }
)
_UNWRITTEN = Row(by=False)


def published_names() -> frozenset[EventName]:
    """Return the names of the events that entries are made of."""
    return frozenset(PUBLISHED) | {name for name in EventName if name.value.startswith(_ADMINISTRATION)}


def leaf_of(event: RecordEvent) -> bytes:
    """Return the entry of an event as it is hashed and published: JSON in one spelling (RFC 8785 3.2)."""
    row = PUBLISHED.get(event.name, _UNWRITTEN)
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entry: dict[str, object] = {"kind": row.kinds.get(event.reason, event.name.value), "at": at}
    about = {name: value for name in row.about if (value := _clean(OBJECTS[name](event)))}
    if about:
        entry["object"] = about
    digest = event.details.get(METADATA_DIGEST, "")
    if row.about and _DIGEST.fullmatch(digest):
        entry["digest"] = digest
    if row.by and (by := _by(event)):
        entry["by"] = by
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def _by(event: RecordEvent) -> dict[str, object]:
    """Return the roles, and the agency where there is one: the operator's command has the role of that name."""
    if "operator" in event.details:
        return {"roles": ["operator"]}
    by: dict[str, object] = {}
    if roles := sorted(_ROLES.intersection(event.details.get(ACTOR_ROLES, "").split())):
        by["roles"] = roles
    if agency := _code(event.details.get(ACTOR_AGENCY, "")):
        by["agency"] = agency
    return by


def _code(text: str) -> str:
    try:
        return agency_code(text)
    except InvalidAgencyCodeError:
        return ""


def _clean(value: _Value) -> _Value:
    if isinstance(value, list):
        return [one for one in value if _WORD.fullmatch(one)]
    return value if _WORD.fullmatch(value) else ""
