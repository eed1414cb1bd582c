"""The event catalogue and the shape of one event."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from clients.model import ClientId
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, PersonId, SessionId


class EventName(StrEnum):
    """The closed catalogue, subject:object:action. A retired name stays here, marked."""

    ACCOUNT_OPENED = "account:account:opened"
    ACCOUNT_OPEN_REFUSED = "account:account:open_refused"
    IDENTITY_PROVED = "account:identity:proved"
    IDENTITY_NOT_PROVED = "account:identity:not_proved"
    PHONE_CONFIRMED = "account:phone:confirmed"
    CONTACT_CHANGED = "account:contact:changed"
    CONTACT_REMOVED = "account:contact:removed"
    PASSWORD_CHANGED = "account:password:changed"  # noqa: S105 - a name in the catalogue, not a password
    PASSWORD_ACCEPTED = "account:password:accepted"  # noqa: S105 - a name in the catalogue, not a password
    PASSWORD_REFUSED = "account:password:refused"  # noqa: S105 - likewise
    CODE_ACCEPTED = "account:one_time_code:accepted"
    CODE_REFUSED = "account:one_time_code:refused"
    ACCOUNT_REPORTED = "account:account:reported"
    RECOVERY_STARTED = "account:recovery:started"
    RECOVERY_REFUSED = "account:recovery:refused"
    RECOVERY_CANCELLED = "account:recovery:cancelled"
    RECOVERY_FINISHED = "account:recovery:finished"
    FACTOR_ADDED = "account:factor:added"
    FACTOR_REMOVED = "account:factor:removed"
    FACTOR_ACCEPTED = "account:factor:accepted"
    FACTOR_REFUSED = "account:factor:refused"
    APPROVAL_ASKED = "account:approval:asked"
    APPROVAL_GIVEN = "account:approval:given"
    APPROVAL_REFUSED = "account:approval:refused"
    TWO_STEPS_CHANGED = "account:two_steps:changed"
    PASSKEY_ADDED = "account:passkey:added"
    PASSKEY_RENAMED = "account:passkey:renamed"
    PASSKEY_REMOVED = "account:passkey:removed"
    PASSKEY_ACCEPTED = "account:passkey:accepted"
    PASSKEY_REFUSED = "account:passkey:refused"
    UPSTREAM_LINKED = "account:upstream:linked"
    UPSTREAM_UNLINKED = "account:upstream:unlinked"
    UPSTREAM_ACCEPTED = "account:upstream:accepted"
    UPSTREAM_REFUSED = "account:upstream:refused"
    UPSTREAM_LOGGED_OUT = "session:upstream:logged_out"
    SESSION_STARTED = "session:session:started"
    SESSION_RENEWED = "session:session:renewed"
    SESSION_ENDED = "session:session:ended"
    ACTING_CHOSEN = "person:acting:chosen"
    ORGANISATION_CLAIMED = "person:organisation:claimed"
    ORGANISATION_NOT_PROVED = "person:organisation:not_proved"
    WARD_CLAIMED = "person:ward:claimed"
    WARD_NOT_PROVED = "person:ward:not_proved"
    MANDATE_OFFERED = "person:mandate:offered"
    MANDATE_RECEIVED = "person:mandate:received"
    MANDATE_ACCEPTED = "person:mandate:accepted"
    MANDATE_ENDED = "person:mandate:ended"
    MANDATE_CONFIRMED = "person:mandate:confirmed"
    MANDATE_CLAIMED = "person:mandate:claimed"
    MANDATE_SUSPENDED = "register:mandate:suspended"
    MANDATE_RESUMED = "register:mandate:resumed"
    MANDATE_LOWERED = "register:mandate:lowered"
    MANDATE_RESTS = "register:mandate:rests"
    CONSENT_GIVEN = "person:consent:given"
    CONSENT_DENIED = "person:consent:denied"
    DEVICE_FORGOTTEN = "person:device:forgotten"
    CONSENT_WITHDRAWN = "person:consent:withdrawn"
    ACCESS_ENDED = "person:access:ended"
    PROFILE_CHANGED = "person:profile:changed"
    LANGUAGE_CHANGED = "person:language:changed"
    DATA_COPIED = "person:data:copied"
    ACCOUNT_CLOSED = "person:account:closed"
    AUTHORIZATION_REFUSED = "client:authorization:refused"
    CODE_ISSUED = "client:code:issued"
    CODE_REDEEMED = "client:code:redeemed"
    CODE_REPLAYED = "client:code:replayed"
    DEVICE_REQUESTED = "client:device:requested"
    BACKCHANNEL_REQUESTED = "client:backchannel:requested"
    DEVICE_ALLOWED = "person:device:allowed"
    DEVICE_CODE_REFUSED = "person:device_code:refused"
    TOKEN_ISSUED = "client:token:issued"  # noqa: S105 - likewise
    TOKEN_EXCHANGED = "client:token:exchanged"  # noqa: S105 - likewise
    TOKEN_REFUSED = "client:token:refused"  # noqa: S105 - likewise
    TOKEN_REVOKED = "client:token:revoked"  # noqa: S105 - likewise
    REFRESH_ROTATED = "client:refresh:rotated"
    REFRESH_RETRIED = "client:refresh:retried"
    REFRESH_REUSED = "client:refresh:reused"
    USERINFO_REFUSED = "client:userinfo:refused"
    INTROSPECTION_REFUSED = "client:introspection:refused"
    REVOCATION_REFUSED = "client:revocation:refused"
    LOGOUT_NOTICE_DELIVERED = "client:logout_notice:delivered"
    LOGOUT_NOTICE_FAILED = "client:logout_notice:failed"
    IDENTITY_ASKED_AGAIN = "person:identity:asked_again"
    NUMBER_REPLACED = "register:number:replaced"
    NUMBER_DISPUTED = "register:number:disputed"
    NAME_CHANGED = "register:name:changed"
    PERSON_DIED = "register:person:died"
    CHANGE_NOT_APPLIED = "register:change:not_applied"
    SECURITY_EVENT_DELIVERED = "client:security_event:delivered"
    SECURITY_EVENT_FAILED = "client:security_event:failed"
    NATIONAL_ID_RELEASED = "client:national_id:released"
    ACCOUNT_FORGOTTEN = "worker:account:forgotten"
    CLIENT_CHANGED = "operator:client:changed"
    KEY_ROTATED = "operator:key:rotated"
    KEY_RETIRED = "operator:key:retired"
    ACCOUNT_LOCKED = "operator:account:locked"
    ACCOUNT_UNLOCKED = "operator:account:unlocked"
    OFFICER_ISSUED = "operator:officer:issued"
    OFFICER_ENROLMENT_RENEWED = "operator:officer:enrolment_renewed"
    OFFICER_EXTENDED = "operator:officer:extended"
    OFFICER_WITHDRAWN = "operator:officer:withdrawn"
    OFFICER_TERM_OVER = "officer:term:over"
    OFFICER_ENROLLED = "officer:account:enrolled"
    OFFICER_ENROLMENT_REFUSED = "officer:account:enrolment_refused"
    ASSISTANCE_ASKED = "officer:assistance:asked"
    ASSISTANCE_GIVEN = "person:assistance:given"
    CITIZEN_ASSISTED = "officer:citizen:assisted"
    RECOVERY_ASSISTED = "officer:recovery:started"
    JOINING_ASKED = "person:joining:asked"
    JOINING_ENDED = "person:joining:ended"
    ACCOUNT_MERGED = "account:account:merged"
    MERGE_UNDONE = "account:merge:undone"
    ACCOUNTS_IMPORTED = "operator:accounts:imported"
    GENERATION_BEGUN = "operator:generation:begun"
    GENERATION_RETIRED = "operator:generation:retired"
    MASTER_KEY_EXCHANGED = "operator:master_key:exchanged"
    HASHES_WRAPPED = "operator:hashes:wrapped"
    ADMINISTRATOR_ISSUED = "admin:administrator:issued"
    ADMINISTRATOR_GRANTED = "admin:administrator:granted"
    ADMINISTRATOR_REVOKED = "admin:administrator:revoked"
    ADMINISTRATOR_EXTENDED = "admin:administrator:extended"
    ADMINISTRATOR_WITHDRAWN = "admin:administrator:withdrawn"
    ADMINISTRATOR_CONFIRMED = "admin:administrator:confirmed"
    ADMINISTRATOR_ENROLMENT_RENEWED = "admin:administrator:enrolment_renewed"
    CONSOLE_REFUSED = "admin:console:refused"
    AGENCY_FOUNDED = "admin:agency:founded"
    AGENCY_RENAMED = "admin:agency:renamed"
    AGENCY_MOVED = "admin:agency:moved"
    AGENCY_MERGED = "admin:agency:merged"
    AGENCY_SPLIT = "admin:agency:split"
    AGENCY_CLOSED = "admin:agency:closed"
    SCHEMA_MIGRATED = "operator:schema:migrated"
    ISSUER_CHANGED = "operator:issuer:changed"
    CLIENT_REGISTERED = "admin:client:registered"
    CLIENT_EDITED = "admin:client:changed"
    CLIENT_SECRET_ROTATED = "admin:client:secret_rotated"  # noqa: S105 - a name in the catalogue
    CLIENT_STOPPED = "admin:client:stopped"
    CLIENT_TRY_STARTED = "admin:client:try_started"
    CLIENT_TRY_ENDED = "admin:client:try_ended"
    SETTING_STOPPED = "admin:setting:stopped"
    CHANGE_PROPOSED = "admin:change:proposed"
    CHANGE_APPROVED = "admin:change:approved"
    CHANGE_REFUSED = "admin:change:refused"
    CHANGE_WITHDRAWN = "admin:change:withdrawn"
    CHANGE_UNDONE = "admin:change:undone"
    CHANGE_REVIEWED = "admin:change:reviewed"
    ADMIN_REFUSED = "admin:operation:refused"
    AUDIT_EXPORTED = "admin:audit:exported"
    PERSON_EVENTS_READ = "admin:person:events_read"
    PERSON_FOUND = "admin:person:found"
    PERSON_NOT_FOUND = "admin:person:not_found"
    PERSON_LOCKED = "admin:person:locked"
    PERSON_UNLOCKED = "admin:person:unlocked"
    PERSON_SIGNED_OUT = "admin:person:signed_out"
    PERSON_RECOVERY_BEGUN = "admin:person:recovery_begun"
    CLIENT_CHECKED = "admin:client:checked"
    INITIAL_TOKEN_ISSUED = "admin:initial_token:issued"  # noqa: S105 - a name in the catalogue
    INITIAL_TOKEN_REVOKED = "admin:initial_token:revoked"  # noqa: S105 - likewise
    SOFTWARE_PUBLISHER_TRUSTED = "admin:software_publisher:trusted"
    SOFTWARE_PUBLISHER_DISTRUSTED = "admin:software_publisher:distrusted"
    CLIENT_SELF_REGISTERED = "client:registration:registered"
    CLIENT_SELF_CHANGED = "client:registration:changed"
    CLIENT_SELF_DELETED = "client:registration:deleted"
    REGISTRATION_REFUSED = "client:registration:refused"


# Among the details of an event: the mandate that it happened under, so that both sides can be told who acted for whom.
MANDATE = "mandate"
# Of a refused request: what was wrong, in our own words, and the unregistered address that was shown.
SAID, SHOWN = "said", "shown"
# Of a refused request: the endpoint that counts it besides (`idp.audit.client_refusals`).
COUNTED = "counted_at"


class Origin(Struct, frozen=True):
    """Where a request came from: correlation id, network address and source port (NĐ 333/2026 Đ16)."""

    correlation_id: str
    address: str = ""
    port: int = 0
    # A family and a system such as "Firefox, Windows": what a person recognises, and no more.
    browser: str = ""


# The detail that names the account of an administrator who acted.
ACTOR = "actor"


class RecordEvent(Effect):
    """Append one event. `reason` is a word of the code, `details` hold neither secrets nor personal data."""

    id: EventId
    name: EventName
    at: datetime
    origin: Origin
    person_id: PersonId | None = None
    client_id: ClientId | None = None
    session_id: SessionId | None = None
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_of_nobody(self) -> bool:
        """Say whether neither who acted nor whom it is about is known: anybody can cause as many as they like."""
        return self.person_id is None and ACTOR not in self.details
