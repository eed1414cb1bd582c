"""Every column that holds sealed values, with the place of each row: what a sweep has to seal anew.

A test compares this inventory with the schema.
"""

from collections.abc import Callable, Mapping

from idp.account.contact_claims import CONTACT_PLACES
from idp.account.merging.model import MERGE_PLACE
from idp.account.model import NUMBER_PLACE, PROFILE_PLACE, TECH_ID_PLACE
from idp.account.notices.messages import PLACES as MESSAGE_PLACES
from idp.delegation.model import ACTING_PLACE, ACTOR_PLACE, ORGANISATION_PLACE
from idp.factors.approval_model import ABOUT_PLACE
from idp.factors.model import TOTP_PLACE
from idp.factors.passkey.credentials import LABEL_PLACE
from idp.grants.device_requests import ASKED_PLACE, PING_PLACE
from idp.grants.model import DETAILS_PLACE
from idp.kernel.places import Column, Place
from idp.officers.counter_session import ASSISTANCE_PLACE
from idp.officers.posts import CONTACT_PLACE, PERSON_NUMBER_PLACE
from idp.proofing.proof import CLAIM_PLACE, JobPurpose
from idp.registration.applications import APPLICATION_PLACE
from idp.sealing.ports import SealedColumn
from idp.sessions.upstream import PLACE as UPSTREAM_PLACE
from idp.upstream.link_model import SUBJECT_PLACE

_Row = Mapping[str, object]
_PlaceOf = Callable[[_Row], Place | str]


def _of(column: Column, key: str = "person_id") -> _PlaceOf:
    return lambda row: column.of(str(row[key]))


def _always(place: str) -> _PlaceOf:
    """Return the place of what travels between rows: from a code to its grant, from a session to a queue."""
    return lambda _: place


def _contact(row: _Row) -> Place:
    columns: Mapping[str, Column] = {str(kind): column for kind, column in CONTACT_PLACES.items()}
    return columns[str(row["kind"])].of(str(row["person_id"]))


def _claim(row: _Row) -> Place:
    column = APPLICATION_PLACE if row["purpose"] == JobPurpose.COMING_BACK else CLAIM_PLACE
    return column.of(str(row["person_id"]))


def _device(row: _Row) -> Place:
    device_hash = row["device_hash"]
    return ASKED_PLACE.of(device_hash.hex() if isinstance(device_hash, bytes) else str(device_hash))


def _message(row: _Row) -> str:
    places: Mapping[str, str] = {str(kind): place for kind, place in MESSAGE_PLACES.items()}
    if row["kind"] == "ciba_ping":
        return PING_PLACE
    return places.get(str(row["kind"]), UPSTREAM_PLACE)


_ACCOUNT = ("person_id", "account_id")
_SEALED_MESSAGES = ("sms", "email", "upstream_logout", "ciba_ping")
SEALED_COLUMNS: tuple[SealedColumn, ...] = (
    SealedColumn("persons", "profile_sealed", ("person_id",), _of(PROFILE_PLACE)),
    SealedColumn("identifiers", "sealed", (*_ACCOUNT, "blind_index"), _of(NUMBER_PLACE)),
    SealedColumn("contacts", "sealed", (*_ACCOUNT, "kind"), _contact),
    SealedColumn("contact_changes", "sealed", ("person_id", "change_id"), _contact, ("kind",)),
    SealedColumn("contact_changes", "replaced_sealed", ("person_id", "change_id"), _contact, ("kind",)),
    SealedColumn("tech_ids", "sealed", ("person_id",), _of(TECH_ID_PLACE)),
    SealedColumn("totp_secrets", "secret_sealed", _ACCOUNT, _of(TOTP_PLACE)),
    SealedColumn("removed_totp_secrets", "secret_sealed", (*_ACCOUNT, "removed_at"), _of(TOTP_PLACE)),
    SealedColumn("passkeys", "label_sealed", ("person_id", "credential_id"), _of(LABEL_PLACE)),
    SealedColumn("removed_passkeys", "label_sealed", ("person_id", "credential_id", "removed_at"), _of(LABEL_PLACE)),
    SealedColumn(
        "upstream_links", "subject_sealed", ("person_id", "provider", "subject_index"), _always(SUBJECT_PLACE)
    ),
    SealedColumn(
        "removed_upstream_links",
        "subject_sealed",
        ("person_id", "provider", "subject_index", "removed_at"),
        _always(SUBJECT_PLACE),
    ),
    SealedColumn("recoveries", "phone_sealed", ("person_id", "recovery_id"), _of(CONTACT_PLACES["phone"])),
    SealedColumn("register_jobs", "claim_sealed", ("person_id", "job_id"), _claim, ("purpose",)),
    SealedColumn("approvals", "about_sealed", ("person_id", "approval_id"), _of(ABOUT_PLACE, "approval_id")),
    SealedColumn("organisations", "facts_sealed", ("organisation_id",), _of(ORGANISATION_PLACE, "organisation_id")),
    SealedColumn("mandates", "actor_sealed", ("principal_id", "mandate_id"), _of(ACTOR_PLACE, "mandate_id")),
    SealedColumn("merges", "before_sealed", ("person_id", "merge_id"), _of(MERGE_PLACE, "merge_id")),
    SealedColumn("officers", "contact_sealed", _ACCOUNT, _of(CONTACT_PLACE)),
    SealedColumn("officers", "person_number_sealed", _ACCOUNT, _of(PERSON_NUMBER_PLACE)),
    SealedColumn("sessions", "assistance_sealed", ("person_id", "session_id"), _always(ASSISTANCE_PLACE)),
    SealedColumn("sessions", "upstream_sealed", ("person_id", "session_id"), _always(UPSTREAM_PLACE)),
    SealedColumn("grants", "acting_sealed", ("person_id", "grant_id"), _always(ACTING_PLACE)),
    SealedColumn("grants", "details_sealed", ("person_id", "grant_id"), _always(DETAILS_PLACE)),
    SealedColumn(
        "refresh_families", "successor_sealed", ("person_id", "grant_id"), lambda row: f"refresh:{row['grant_id']}"
    ),
    SealedColumn("device_requests", "asked_sealed", ("device_hash",), _device),
    SealedColumn("outbox", "payload", ("kind", "key"), _message, kinds=_SEALED_MESSAGES),
)
