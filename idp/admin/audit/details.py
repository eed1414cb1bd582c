"""Which details of an event those read who may not find people: a closed table, without any id of a person.

What no row names is withheld: ids of accounts, sessions, mandates, grants and recoveries, references that a register
or the support could join with a person, and whatever a later version adds.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from idp.audit.model import SAID, SHOWN, EventName
from idp.kernel.ids import ID_LENGTH
from idp.transparency.published import (
    ACTOR_AGENCY,
    ACTOR_ROLES,
    AGENCY,
    KID,
    KIDS,
    METADATA_DIGEST,
    OTHERS,
    OVER,
    SETTING,
)

_NOTHING = ""
# An administrator by the code of the office, never by the account.
_BY = f"actor_code {ACTOR_ROLES} {ACTOR_AGENCY}"
_CHANGE = (
    f"{_BY} change kind members refused_scopes {METADATA_DIGEST} {SETTING} {KID} {KIDS} signs_from "
    f"{AGENCY} {OTHERS} parent day"
)
_CLIENT = f"{_BY} {AGENCY} kind stage members overlap_seconds change {METADATA_DIGEST}"
_POST = f"{_BY} {AGENCY} {OVER} officer_code role roles"
_TREE = f"{_BY} {AGENCY} {OTHERS} kind parent day"
_REFUSED = f"{SAID} {SHOWN}"
_KEY = f"{_BY} {KID} {KIDS} signs_from change"
_ATTEMPT = f"{_BY} page method operation object"

_E = EventName
_ROWS: tuple[tuple[str, tuple[EventName, ...]], ...] = (
    (_CHANGE, (_E.CHANGE_PROPOSED, _E.CHANGE_APPROVED, _E.CHANGE_REFUSED, _E.CHANGE_WITHDRAWN, _E.CHANGE_UNDONE,
               _E.CHANGE_REVIEWED, _E.SETTING_STOPPED)),
    (_CLIENT, (_E.CLIENT_CHANGED, _E.CLIENT_REGISTERED, _E.CLIENT_EDITED, _E.CLIENT_SECRET_ROTATED, _E.CLIENT_STOPPED,
               _E.CLIENT_CHECKED)),
    (f"{AGENCY} kind stage members initial_access_token {SAID} {METADATA_DIGEST}",
     (_E.CLIENT_SELF_REGISTERED, _E.CLIENT_SELF_CHANGED, _E.CLIENT_SELF_DELETED, _E.REGISTRATION_REFUSED)),
    (f"{_BY} {AGENCY} initial_access_token uses ends_at security_profile issuer",
     (_E.INITIAL_TOKEN_ISSUED, _E.INITIAL_TOKEN_REVOKED, _E.SOFTWARE_PUBLISHER_TRUSTED,
      _E.SOFTWARE_PUBLISHER_DISTRUSTED)),
    (f"{_BY} run", (_E.CLIENT_TRY_STARTED, _E.CLIENT_TRY_ENDED)),
    (_POST, (_E.ADMINISTRATOR_ISSUED, _E.ADMINISTRATOR_GRANTED, _E.ADMINISTRATOR_REVOKED, _E.ADMINISTRATOR_EXTENDED,
             _E.ADMINISTRATOR_WITHDRAWN, _E.ADMINISTRATOR_CONFIRMED, _E.ADMINISTRATOR_ENROLMENT_RENEWED,
             _E.OFFICER_ISSUED, _E.OFFICER_ENROLMENT_RENEWED, _E.OFFICER_EXTENDED, _E.OFFICER_WITHDRAWN)),
    (_TREE, (_E.AGENCY_FOUNDED, _E.AGENCY_RENAMED, _E.AGENCY_MOVED, _E.AGENCY_MERGED, _E.AGENCY_SPLIT,
             _E.AGENCY_CLOSED)),
    (_ATTEMPT, (_E.CONSOLE_REFUSED, _E.ADMIN_REFUSED)),
    (f"{_BY} name client since until", (_E.AUDIT_EXPORTED,)),
    (_KEY, (_E.KEY_ROTATED, _E.KEY_RETIRED)),
    (_REFUSED, (_E.AUTHORIZATION_REFUSED, _E.TOKEN_REFUSED, _E.USERINFO_REFUSED, _E.INTROSPECTION_REFUSED,
                _E.REVOCATION_REFUSED, _E.CODE_REPLAYED, _E.REFRESH_REUSED)),
    ("event", (_E.SECURITY_EVENT_DELIVERED, _E.SECURITY_EVENT_FAILED)),
    ("audience", (_E.TOKEN_EXCHANGED,)),
    ("scope text language", (_E.CONSENT_GIVEN, _E.CONSENT_DENIED)),
    # A citizen with an officer: which office, and how the citizen agreed; the officer's own row names nobody.
    ("agency officer_code way scope", (_E.ASSISTANCE_GIVEN,)),
    ("way", (_E.CITIZEN_ASSISTED,)),
    ("generation", (_E.GENERATION_BEGUN, _E.GENERATION_RETIRED, _E.MASTER_KEY_EXCHANGED)),
    ("before after", (_E.SCHEMA_MIGRATED, _E.ISSUER_CHANGED)),
    (_NOTHING, (
        _E.ACCOUNT_OPENED, _E.ACCOUNT_OPEN_REFUSED, _E.IDENTITY_PROVED, _E.IDENTITY_NOT_PROVED, _E.PHONE_CONFIRMED,
        _E.CONTACT_CHANGED, _E.CONTACT_REMOVED, _E.PASSWORD_CHANGED, _E.PASSWORD_ACCEPTED, _E.PASSWORD_REFUSED,
        _E.CODE_ACCEPTED, _E.CODE_REFUSED, _E.ACCOUNT_REPORTED, _E.RECOVERY_STARTED, _E.RECOVERY_REFUSED,
        _E.RECOVERY_CANCELLED, _E.RECOVERY_FINISHED, _E.FACTOR_ADDED, _E.FACTOR_REMOVED, _E.FACTOR_ACCEPTED,
        _E.FACTOR_REFUSED, _E.APPROVAL_ASKED, _E.APPROVAL_GIVEN, _E.APPROVAL_REFUSED, _E.TWO_STEPS_CHANGED,
        _E.PASSKEY_ADDED, _E.PASSKEY_RENAMED, _E.PASSKEY_REMOVED, _E.PASSKEY_ACCEPTED, _E.PASSKEY_REFUSED,
        _E.UPSTREAM_LINKED, _E.UPSTREAM_UNLINKED, _E.UPSTREAM_ACCEPTED, _E.UPSTREAM_REFUSED, _E.UPSTREAM_LOGGED_OUT,
        _E.SESSION_STARTED, _E.SESSION_RENEWED, _E.SESSION_ENDED, _E.ACTING_CHOSEN, _E.ORGANISATION_CLAIMED,
        _E.ORGANISATION_NOT_PROVED, _E.WARD_CLAIMED, _E.WARD_NOT_PROVED, _E.MANDATE_OFFERED, _E.MANDATE_RECEIVED,
        _E.MANDATE_ACCEPTED, _E.MANDATE_ENDED, _E.MANDATE_CONFIRMED, _E.MANDATE_CLAIMED, _E.MANDATE_SUSPENDED,
        _E.MANDATE_RESUMED, _E.MANDATE_LOWERED, _E.MANDATE_RESTS, _E.JOINING_ASKED, _E.JOINING_ENDED,
        _E.DEVICE_FORGOTTEN, _E.CONSENT_WITHDRAWN, _E.ACCESS_ENDED, _E.PROFILE_CHANGED, _E.LANGUAGE_CHANGED,
        _E.DATA_COPIED, _E.ACCOUNT_CLOSED, _E.CODE_ISSUED, _E.CODE_REDEEMED, _E.DEVICE_REQUESTED,
        _E.BACKCHANNEL_REQUESTED, _E.DEVICE_ALLOWED, _E.DEVICE_CODE_REFUSED, _E.TOKEN_ISSUED, _E.TOKEN_REVOKED,
        _E.REFRESH_ROTATED, _E.REFRESH_RETRIED, _E.LOGOUT_NOTICE_DELIVERED, _E.LOGOUT_NOTICE_FAILED,
        _E.IDENTITY_ASKED_AGAIN, _E.NUMBER_REPLACED, _E.NUMBER_DISPUTED, _E.NAME_CHANGED, _E.PERSON_DIED,
        _E.CHANGE_NOT_APPLIED, _E.NATIONAL_ID_RELEASED, _E.ACCOUNT_FORGOTTEN, _E.ACCOUNT_LOCKED, _E.ACCOUNT_UNLOCKED,
        _E.OFFICER_TERM_OVER, _E.OFFICER_ENROLLED, _E.OFFICER_ENROLMENT_REFUSED, _E.ASSISTANCE_ASKED,
        _E.RECOVERY_ASSISTED, _E.ACCOUNT_MERGED, _E.MERGE_UNDONE, _E.ACCOUNTS_IMPORTED, _E.HASHES_WRAPPED,
        _E.PERSON_EVENTS_READ,
        _E.PERSON_FOUND, _E.PERSON_NOT_FOUND, _E.PERSON_LOCKED, _E.PERSON_UNLOCKED, _E.PERSON_SIGNED_OUT,
        _E.PERSON_RECOVERY_BEGUN,
    )),
)  # fmt: skip
# What is a name for some objects, and an id for others.
_NAMES = frozenset({"object"})


def rows() -> Iterator[tuple[EventName, frozenset[str]]]:
    """Return each event with the details that are shown of it, as the table has them."""
    return ((name, frozenset(shown.split())) for shown, names in _ROWS for name in names)


SHOWN_DETAILS: Mapping[str, frozenset[str]] = MappingProxyType({name.value: shown for name, shown in rows()})


def details_shown(name: str, details: Mapping[str, str]) -> dict[str, str]:
    """Return what is shown of an event's details; nothing of an event that this version does not know."""
    shown = SHOWN_DETAILS.get(name, frozenset())
    return {
        member: value
        for member, value in details.items()
        if member in shown and not (member in _NAMES and len(value) == ID_LENGTH)
    }
