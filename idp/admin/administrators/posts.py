"""Reads what somebody typed to issue an account or to give a role; every problem is found before any is told."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from re import ASCII, fullmatch
from typing import TypeVar

from msgspec import Struct, field

from clients.errors import Problem
from clients.local_days import day_begins
from idp.admin.errors import InvalidInputError
from idp.agencies.model import InvalidAgencyCodeError, InvalidSignInNameError, SignInName, agency_code
from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError
from idp.officers.posts import NewPost, OfficerContact
from idp.officers.roles import NATIONAL, Role, may_hold_for
from idp.proofing.values.errors import InvalidNameError, InvalidPhoneError
from idp.proofing.values.names import check_declared_name
from idp.proofing.values.phones import PhoneNumber

_T = TypeVar("_T")


class Rule(StrEnum):
    """The rules that an entry about an administrator can break; the pages have a text for each."""

    NOT_AN_AGENCY_CODE = "not_an_agency_code"
    NO_SUCH_AGENCY = "no_such_agency"
    NOT_A_SIGN_IN_NAME = "not_a_sign_in_name"
    NAME_TAKEN = "name_taken"
    NOT_A_NAME = "not_a_name"
    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_PLAIN_TEXT = "not_plain_text"
    NOT_AN_OFFICER_CODE = "not_an_officer_code"
    NOT_A_DAY = "not_a_day"
    DAY_PASSED = "day_passed"
    TOO_FAR = "too_far"
    BEFORE_START = "before_start"
    AFTER_ACCOUNT = "after_account"
    UNKNOWN_ROLE = "unknown_role"
    ROLE_NOT_HELD_THERE = "role_not_held_there"
    MORE_THAN_HELD = "more_than_held"
    HELD_ALREADY = "held_already"
    OWN_ACCOUNT = "own_account"
    UNKNOWN_REASON = "unknown_reason"
    NOT_A_CONTACT = "not_a_contact"
    UNKNOWN_FIELD = "unknown_field"


# How the whole country is written where an agency is asked for.
NATIONAL_WORD = "national"
_LONGEST_POST = 120
# An account or a role for longer is renewed by somebody who looks whether it is still needed.
LONGEST_TERM = timedelta(days=5 * 366)
_SHORT = "write fewer characters"


class PostCommand(Struct, frozen=True):
    """An account as it was asked for: texts, as typed. Days are written YYYY-MM-DD; no first day is today."""

    agency: str
    name: str
    full_name: str
    post: str
    until: str
    starts: str = ""
    code: str = ""


class RoleCommand(Struct, frozen=True):
    """A role as it was asked for: texts, as typed. `agency` is a code or `national`."""

    role: str
    agency: str


class NewRole(Struct, frozen=True):
    """A role for an agency, or for the country (`NATIONAL`)."""

    role: Role
    agency: str


class Problems(Struct):
    """Collects what is wrong, field by field."""

    found: list[Problem] = field(default_factory=list)

    def add(self, name: str, rule: Rule, reason: str, remedy: str) -> None:
        """Note that a field breaks a rule."""
        self.found.append(Problem(name, rule.value, reason, remedy))

    def raise_any(self) -> None:
        """Raise `InvalidInputError` if there is a problem."""
        if self.found:
            raise InvalidInputError(self.found)


def read_post(command: PostCommand, issued_by: str, now: datetime) -> NewPost:
    """Return the post as it is written down. Raises `InvalidInputError`."""
    problems = Problems()
    agency = _agency(command.agency, "agency", problems)
    made = NewPost(
        name=_name(agency, command.name, problems),
        full_name=_full_name(command.full_name, problems),
        agency=agency,
        post=_post(command.post, problems),
        code=_officer_code(command.code, problems),
        starts_at=read_day(command.starts, "starts", problems) if command.starts.strip() else now,
        ends_at=read_last_day(command.until, "until", now, problems),
        issued_by=issued_by,
    )
    if not problems.found and made.ends_at <= made.starts_at:
        problems.add("until", Rule.BEFORE_START, "the last day lies before the first", "write a later day")
    problems.raise_any()
    return made


def read_role(command: RoleCommand) -> NewRole:
    """Return the role as it is written down. Raises `InvalidInputError`."""
    problems = Problems()
    word = command.agency.strip()
    agency = NATIONAL if word.lower() == NATIONAL_WORD else _agency(word, "over", problems)
    role = next((role for role in Role if role.value == command.role.strip()), None)
    if role is None:
        known = ", ".join(role.value for role in Role)
        problems.add("role", Rule.UNKNOWN_ROLE, "there is no such role", f"write one of {known}")
    elif not problems.found and not may_hold_for(role, agency):
        problems.add(
            "over",
            Rule.ROLE_NOT_HELD_THERE,
            "the national operator's role is for the whole country, an agency administrator's for an agency",
            "choose another agency or another role",
        )
    problems.raise_any()
    return NewRole(role or Role.AUDITOR, agency)


def read_contact(text: str) -> OfficerContact:
    """Return where an officer is reached: a mobile number or an e-mail address. Raises `InvalidInputError`."""
    with suppress(InvalidPhoneError):
        return OfficerContact("sms", PhoneNumber.parse_mobile(text[:300]).e164)
    with suppress(InvalidEmailError):
        return OfficerContact("email", EmailAddress.parse(text[:300]).text)
    problems = Problems()
    remedy = "write the officer's own mobile number or e-mail address"
    problems.add("contact", Rule.NOT_A_CONTACT, "codes cannot be sent to that", remedy)
    raise InvalidInputError(problems.found)


def read_day(text: str, name: str, problems: Problems) -> datetime:
    """Return the instant at which a day begins in Viet Nam."""
    typed = text.strip()
    if fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed, ASCII):
        with suppress(ValueError, OverflowError):
            return day_begins(date.fromisoformat(typed))
    problems.add(name, Rule.NOT_A_DAY, "that is no day", "a date is written YYYY-MM-DD")
    return datetime.max.replace(tzinfo=UTC)


def read_last_day(text: str, name: str, now: datetime, problems: Problems) -> datetime:
    """Return the instant at which a last day is over: one that has not passed, and not too far away."""
    before = len(problems.found)
    day = read_day(text, name, problems)
    if len(problems.found) > before:
        return day
    if day - now > LONGEST_TERM:
        problems.add(name, Rule.TOO_FAR, "that is more than five years away", "write an earlier day")
        return day
    ends_at = day + timedelta(days=1)
    if ends_at <= now:
        problems.add(name, Rule.DAY_PASSED, "that day has passed", "write a later day")
    return ends_at


def _tried(work: Callable[[], _T], instead: _T, name: str, rule: Rule, remedy: str, problems: Problems) -> _T:
    try:
        return work()
    except InvalidNameError:
        problems.add(name, rule, "it is no name of a person", remedy)
        return instead
    except (InvalidAgencyCodeError, InvalidSignInNameError) as error:
        problems.add(name, rule, error.detail or "that cannot be right", remedy)
        return instead


def _agency(text: str, name: str, problems: Problems) -> str:
    remedy = "write a code of the national list of agencies, such as H55.242"
    return _tried(lambda: agency_code(text), "", name, Rule.NOT_AN_AGENCY_CODE, remedy, problems)


def _name(agency: str, text: str, problems: Problems) -> SignInName:
    remedy = "write a name such as nvbinh"
    return _tried(
        lambda: SignInName.of(agency, text), SignInName(""), "name", Rule.NOT_A_SIGN_IN_NAME, remedy, problems
    )


def _full_name(text: str, problems: Problems) -> str:
    remedy = "write the name as it is on the card"
    return _tried(lambda: check_declared_name(text), "", "full_name", Rule.NOT_A_NAME, remedy, problems)


def _post(text: str, problems: Problems) -> str:
    post = " ".join(text.split())
    if not post:
        problems.add("post", Rule.MISSING, "the post is missing", "write the post, as people are told it")
    elif len(post) > _LONGEST_POST:
        problems.add("post", Rule.TOO_LONG, f"a post has up to {_LONGEST_POST} characters", _SHORT)
    elif not post.isprintable() or "<" in post or ">" in post:
        problems.add("post", Rule.NOT_PLAIN_TEXT, "a post is one line of plain text", "leave out < and >")
    return post


def _officer_code(text: str, problems: Problems) -> str:
    code = text.strip()
    plain = code.isascii() and code.replace("-", "").replace(".", "").isalnum()
    if code and not (2 <= len(code) <= 40 and plain):
        problems.add("code", Rule.NOT_AN_OFFICER_CODE, "a code is 2 to 40 letters, digits, dots and dashes", _SHORT)
    return code
