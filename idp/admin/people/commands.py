"""Reads what an administrator typed to find somebody, and why something is done to them; nothing typed is repeated."""

from collections.abc import Mapping
from enum import StrEnum
from re import ASCII, fullmatch, search, sub
from types import MappingProxyType
from typing import Literal, TypeVar

from msgspec import Struct

from clients.errors import Problem
from idp.account.people import Identifier
from idp.admin.errors import InvalidInputError
from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError
from idp.kernel.ids import made_at
from idp.proofing.values.errors import InvalidPersonalNumberError, InvalidPhoneError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from records.structs import Unprinted

_E = TypeVar("_E", bound=StrEnum)


class LookupKey(StrEnum):
    """The one thing that somebody is looked for by."""

    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"


class Purpose(StrEnum):
    """Why somebody is looked for; the person reads it in their activity."""

    SIGN_IN_HELP = "sign_in_help"
    LOST_DEVICE = "lost_device"
    TAKEN_OVER = "taken_over"
    WRONG_DATA = "wrong_data"
    COMPLAINT = "complaint"
    AUTHORITY = "authority"


class Act(StrEnum):
    """What may be done to an account."""

    LOCK = "lock"
    UNLOCK = "unlock"
    SIGN_OUT = "sign_out"
    RECOVER = "recover"


class ActReason(StrEnum):
    """Why it is done."""

    ASKED = "asked"
    TAKEN_OVER = "taken_over"
    LOST_DEVICE = "lost_device"
    CHECKED = "checked"
    MISTAKE = "mistake"
    AUTHORITY = "authority"


REASONS: Mapping[Act, tuple[ActReason, ...]] = MappingProxyType(
    {
        Act.LOCK: (ActReason.TAKEN_OVER, ActReason.ASKED, ActReason.LOST_DEVICE, ActReason.AUTHORITY),
        Act.UNLOCK: (ActReason.CHECKED, ActReason.MISTAKE, ActReason.AUTHORITY),
        Act.SIGN_OUT: (ActReason.ASKED, ActReason.LOST_DEVICE, ActReason.TAKEN_OVER),
        Act.RECOVER: (ActReason.ASKED, ActReason.LOST_DEVICE),
    }
)


class PersonRule(StrEnum):
    """The rules that what is typed here can break; the pages have a text for each."""

    CHOOSE = "choose"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    NOT_AN_ACCOUNT = "not_an_account"
    CASE_FORM = "case_form"
    CASE_TELLS = "case_tells"


LONGEST_CASE = 40
# A reference of the support desk: no blank, so no sentence about somebody.
_CASE = r"[A-Z0-9][A-Z0-9./_-]{2,39}"
# As many digits on end as a phone number has without its first: no reference needs them, and a number would be them.
_DIGITS_ON_END = r"[0-9]{9}"


class LookupCommand(Unprinted, Struct, frozen=True):
    """Somebody as they were asked for: texts, as typed."""

    by: str
    value: str
    purpose: str
    case: str


class Sought(Unprinted, Struct, frozen=True):
    """Whom a look is for: the value in the one spelling that is indexed."""

    by: LookupKey
    value: str

    @property
    def identifier(self) -> Identifier | None:
        """Return what blind index finds it; None for an account's id, which is none."""
        kinds: Mapping[LookupKey, Literal["number", "phone", "email"]] = {
            LookupKey.NUMBER: "number",
            LookupKey.PHONE: "phone",
            LookupKey.EMAIL: "email",
        }
        return kinds.get(self.by)


class Why(Struct, frozen=True):
    """The purpose of a lookup and the case of the support desk that it belongs to."""

    purpose: Purpose
    case: str


def read_lookup(command: LookupCommand) -> tuple[Sought, Why]:
    """Return whom to look for and why. Raises `InvalidInputError` with every problem."""
    problems: list[Problem] = []
    by = _word(LookupKey, "by", command.by, problems)
    sought = _sought(by, command.value, problems) if by else None
    purpose = _word(Purpose, "purpose", command.purpose, problems)
    case = _case(command.case, sought, problems)
    if problems or sought is None or purpose is None:
        raise InvalidInputError(problems)
    return sought, Why(purpose, case)


def read_reason(act: Act, text: str) -> ActReason:
    """Return why something is done. Raises `InvalidInputError` for a word that is no reason of this act."""
    found = next((reason for reason in REASONS[act] if reason == text), None)
    if found is None:
        raise InvalidInputError([_problem("reason", PersonRule.CHOOSE, "no such reason", "choose one of the list")])
    return found


def read_new_phone(text: str) -> PhoneNumber:
    """Return the phone that a person shows. Raises `InvalidInputError`."""
    try:
        return PhoneNumber.parse_mobile(text[:40])
    except InvalidPhoneError as error:
        problem = _problem("phone", PersonRule.NOT_A_PHONE, "no Vietnamese mobile number", "write all its digits")
        raise InvalidInputError([problem]) from error


def _word(words: type[_E], field: str, text: str, problems: list[Problem]) -> _E | None:
    found = next((word for word in words if word == text), None)
    if found is None:
        problems.append(_problem(field, PersonRule.CHOOSE, "no such word", "choose one of the list"))
    return found


def _sought(by: LookupKey, text: str, problems: list[Problem]) -> Sought | None:
    """Return the whole value: a part of one finds nobody."""
    try:
        match by:
            case LookupKey.NUMBER:
                return Sought(by, PersonalNumber.parse(text[:64]).digits)
            case LookupKey.PHONE:
                return Sought(by, PhoneNumber.parse_mobile(text[:40]).e164)
            case LookupKey.EMAIL:
                return Sought(by, EmailAddress.parse(text[:300]).indexed)
            case LookupKey.ACCOUNT:
                account_id = text.strip().lower()
                if made_at(account_id) is not None:
                    return Sought(by, account_id)
                problems.append(_problem("value", PersonRule.NOT_AN_ACCOUNT, "no account id", "copy all 26 letters"))
    except InvalidPersonalNumberError:
        problems.append(_problem("value", PersonRule.NOT_A_NUMBER, "no personal number", "write all 12 digits"))
    except InvalidPhoneError:
        problems.append(
            _problem("value", PersonRule.NOT_A_PHONE, "no Vietnamese mobile number", "write all its digits")
        )
    except InvalidEmailError:
        problems.append(_problem("value", PersonRule.NOT_AN_EMAIL, "no e-mail address", "write the whole address"))
    return None


def _case(text: str, sought: Sought | None, problems: list[Problem]) -> str:
    case = text.strip().upper()
    if not fullmatch(_CASE, case, ASCII):
        remedy = "3 to 40 letters, digits, dots, slashes and dashes"
        problems.append(_problem("case", PersonRule.CASE_FORM, "no reference of a case", remedy))
    elif search(_DIGITS_ON_END, case) or (sought and _tells(case, sought)):
        remedy = "write the number of the case and nothing of the person"
        problems.append(_problem("case", PersonRule.CASE_TELLS, "it may hold a number of a person", remedy))
    return case


def _tells(case: str, sought: Sought) -> bool:
    """Say whether the reference holds what is looked for, whatever stands between."""
    plain = sub(r"[^A-Z0-9]", "", case)
    value = sub(r"[^A-Z0-9]", "", sought.value.removeprefix("+84").upper())
    return value in plain


def _problem(field: str, rule: PersonRule, reason: str, remedy: str) -> Problem:
    return Problem(field, rule.value, reason, remedy)
