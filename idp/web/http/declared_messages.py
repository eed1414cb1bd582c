"""What a page says about a value that cannot be used."""

from collections.abc import Mapping

from idp.proofing.values.errors import (
    BirthDateProblem,
    DeclaredValueError,
    EnterpriseCodeProblem,
    InvalidBirthDateError,
    InvalidEnterpriseCodeError,
    InvalidNameError,
    InvalidPersonalNumberError,
    InvalidPhoneError,
    NameProblem,
    PersonalNumberProblem,
    PhoneProblem,
)
from idp.proofing.values.names import MAX_LENGTH
from idp.web.http.texts import Message

_NAMES: Mapping[NameProblem, Message] = {
    NameProblem.EMPTY: Message("name_empty"),
    NameProblem.TOO_LONG: Message("name_too_long", {"maximum": MAX_LENGTH}),
    NameProblem.DIGIT: Message("name_characters"),
    NameProblem.SYMBOL: Message("name_characters"),
    NameProblem.INVISIBLE: Message("name_invisible"),
}
_BIRTH_DATES: Mapping[BirthDateProblem, Message] = {
    BirthDateProblem.FORM: Message("birth_date_incomplete"),
    BirthDateProblem.MONTH_WITHOUT_DAY: Message("birth_date_incomplete"),
    BirthDateProblem.NO_SUCH_DAY: Message("birth_date_invalid"),
    BirthDateProblem.YEAR_OUT_OF_RANGE: Message("birth_date_year"),
}
_NUMBERS: Mapping[PersonalNumberProblem, Message] = {
    PersonalNumberProblem.LENGTH: Message("number_format"),
    PersonalNumberProblem.NOT_DIGITS: Message("number_format"),
    PersonalNumberProblem.OTHER_DIGITS: Message("number_fullwidth"),
    PersonalNumberProblem.OLDER_CARD: Message("number_older_card"),
}
_PHONES: Mapping[PhoneProblem, Message] = {
    PhoneProblem.FORM: Message("phone_format"),
    PhoneProblem.NOT_DIGITS: Message("phone_format"),
    PhoneProblem.OTHER_DIGITS: Message("phone_fullwidth"),
    PhoneProblem.LANDLINE: Message("phone_landline"),
    PhoneProblem.ABROAD: Message("phone_abroad"),
}

_CODES: Mapping[EnterpriseCodeProblem, Message] = {
    EnterpriseCodeProblem.FORM: Message("code_form"),
    EnterpriseCodeProblem.OTHER_DIGITS: Message("code_fullwidth"),
    EnterpriseCodeProblem.NO_REGION: Message("code_never_issued"),
    EnterpriseCodeProblem.NO_SERIAL: Message("code_never_issued"),
    EnterpriseCodeProblem.CHECK_DIGIT: Message("code_never_issued"),
}


def message_of(error: DeclaredValueError) -> Message:
    """Return the text for a declared value's problem."""
    match error:
        case InvalidNameError(problem=name):
            return _NAMES[name]
        case InvalidBirthDateError(problem=date):
            return _BIRTH_DATES[date]
        case InvalidPersonalNumberError(problem=number):
            return _NUMBERS[number]
        case InvalidEnterpriseCodeError(problem=code):
            return _CODES[code]
        case InvalidPhoneError(problem=PhoneProblem.OLD_ELEVEN_DIGITS, new_prefix=prefix):
            return Message("phone_old_prefix", {"new_prefix": prefix}) if prefix else Message("phone_format")
        case InvalidPhoneError(problem=phone):
            return _PHONES[phone]
        case _:
            return Message("required")
