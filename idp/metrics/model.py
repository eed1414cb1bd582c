"""What is counted, and by what: closed sets only, so that no text of a person can become a dimension."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from clients.model import ClientId
from idp.kernel.effects import Effect


class Measure(StrEnum):
    """What happened."""

    # A client's request that needs the person; the step is the first page.
    START = "start"
    # A code issued after a start, in the hour of that start. The slot is the time it took (`times.py`).
    COMPLETION = "completion"
    # The client was told no after a start, in the hour of that start; the step is the page where the person said it.
    REFUSAL = "refusal"
    # A code issued at once: the person was signed in already.
    SILENT = "silent"
    # A step of a client's request that somebody came to, did, or came back from undone while the request went on; each
    # in the hour of that request's start (`steps.py`).
    REACHED = "reached"
    PASSED = "passed"
    TURNED_BACK = "turned_back"
    # Something that did not do, without ending the request; a request refused at once has the step `request`.
    FAILURE = "failure"
    # A page that offers help was shown, or help was begun.
    HELP = "help"
    # An answer to "how was it?"; the slot is the score.
    RATING = "rating"
    # Text messages of the whole service came near their ceiling; the slot is how many of a hundred had left.
    CEILING = "ceiling"


class Method(StrEnum):
    """How people signed in."""

    NONE = ""
    PASSWORD = "password"  # noqa: S105 (the name of a method, here and below)
    PASSWORD_OTP = "password_otp"  # noqa: S105
    PASSWORD_APPROVAL = "password_approval"  # noqa: S105
    PASSWORD_SMS = "password_sms"  # noqa: S105
    PASSKEY = "passkey"
    UPSTREAM = "upstream"
    # An officer filed for a citizen who was there.
    COUNTER = "counter"

    @classmethod
    def of(cls, word: str) -> Self:
        """Return the method that a word names, none for one that is no way of signing in, such as recovery."""
        return cls(word) if word in cls._value2member_map_ else cls("")


class Place(StrEnum):
    """At which step."""

    NONE = ""
    REQUEST = "request"
    SIGN_IN = "sign_in"
    SECOND_STEP = "second_step"
    UPSTREAM = "upstream"
    ACCOUNT_KIND = "account_kind"
    STEP_UP = "step_up"
    CHOOSE = "choose"
    CONSENT = "consent"
    COUNTER = "counter"
    DEVICE = "device"
    ERROR_PAGE = "error_page"
    RECOVERY = "recovery"
    SIGN_OUT = "sign_out"


class Cause(StrEnum):
    """Why it did not do. What has no word here is `other`."""

    NONE = ""
    OTHER = "other"
    # The password, or the way to it.
    WRONG_CREDENTIALS = "wrong_credentials"
    TOO_MANY_TRIES = "too_many_tries"
    POST_NOT_HELD = "post_not_held"
    # A factor.
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_TRIES_USED = "code_tries_used"
    CODE_SENDS_USED = "code_sends_used"
    TOTP_WRONG = "totp_wrong"
    RECOVERY_CODE_WRONG = "recovery_code_wrong"
    FACTOR_USED = "factor_used"
    FACTOR_WAIT = "factor_wait"
    FACTOR_DISABLED = "factor_disabled"
    APPROVAL_REFUSED = "approval_refused"
    APPROVAL_EXPIRED = "approval_expired"
    APPROVALS_USED = "approvals_used"
    PASSKEY_REFUSED = "passkey_refused"
    PASSKEY_EXPIRED = "passkey_expired"
    # An upstream provider.
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LEVEL_TOO_LOW = "level_too_low"
    NOT_FRESH = "not_fresh"
    EXPIRED = "expired"
    # OAuth and OpenID Connect, and the codes of our error page.
    ACCESS_DENIED = "access_denied"
    LOGIN_REQUIRED = "login_required"
    INTERACTION_REQUIRED = "interaction_required"
    CONSENT_REQUIRED = "consent_required"
    UNMET_REQUIREMENTS = "unmet_authentication_requirements"
    INVALID_REQUEST = "invalid_request"
    INVALID_REQUEST_OBJECT = "invalid_request_object"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    REGISTRATION_NOT_SUPPORTED = "registration_not_supported"
    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"
    INVALID_TARGET = "invalid_target"
    INVALID_REDIRECT_URI = "invalid_redirect_uri"
    INVALID_REQUEST_URI = "invalid_request_uri"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    REQUEST_EXPIRED = "request_expired"
    FORM_REJECTED = "form_rejected"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_CODES = "too_many_codes"
    TOO_MANY_QUESTIONS = "too_many_questions"
    REQUEST_TOO_LARGE = "request_too_large"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_FOUND = "not_found"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    SESSION_ENDED = "session_ended"
    SANDBOX_CLIENT = "sandbox_client"
    NOT_ON_SHARED_COMPUTER = "not_on_shared_computer"

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the cause that a code of ours names, `other` for one that has no word here."""
        return cls(code) if code and code in cls._value2member_map_ else cls("other")


class CountKey(NamedTuple):
    """The dimensions of one number. The hour is its beginning; `client_id` and `service_class` are the registry's."""

    hour_at: datetime
    measure: Measure
    client_id: ClientId = ClientId("")
    service_class: str = ""
    method: Method = Method.NONE
    step: Place = Place.NONE
    cause: Cause = Cause.NONE
    slot: int = 0


class Counted(NamedTuple):
    """One number and what it is of. Read of a range, the hour is the first that was asked for."""

    key: CountKey
    amount: int


class AddCounts(Effect):
    """Add to the numbers that are stored: other processes add to the same."""

    counted: tuple[Counted, ...]


class AddUpDay(Effect):
    """Keep the numbers of some clients of one day that is over, added up. Doing it again raises what came late.

    `begins_at` is where a day in Vietnam begins. Numbers only grow, so of two that add up at once the greater stay.
    """

    begins_at: datetime
    clients: tuple[ClientId, ...]


class DayAddedUp(Effect):
    """Record that a day and all before it were added up, of every client."""

    begins_at: datetime
