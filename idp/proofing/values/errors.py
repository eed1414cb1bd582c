"""What can be wrong with a declared value, told apart so that each page names the next step.

IdpError
└── DeclaredValueError
    ├── InvalidNameError
    ├── InvalidBirthDateError
    ├── InvalidPersonalNumberError
    ├── InvalidPhoneError
    └── InvalidEnterpriseCodeError
"""

from enum import StrEnum

from idp.kernel.errors import IdpError


class NameProblem(StrEnum):
    """Why a declared name was refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    DIGIT = "digit"
    SYMBOL = "symbol"
    INVISIBLE = "invisible"


class BirthDateProblem(StrEnum):
    """Why a declared birth date was refused."""

    FORM = "form"
    NO_SUCH_DAY = "no_such_day"
    # The register writes a day or a year, nothing between: who knows only the month gives only the year.
    MONTH_WITHOUT_DAY = "month_without_day"
    YEAR_OUT_OF_RANGE = "year_out_of_range"


class PersonalNumberProblem(StrEnum):
    """Why a declared personal number was refused."""

    NOT_DIGITS = "not_digits"
    # Full-width and other scripts' digits: the keyboard is to be switched, the number may well be right.
    OTHER_DIGITS = "other_digits"
    OLDER_CARD = "older_card"
    LENGTH = "length"


class PhoneProblem(StrEnum):
    """Why a declared phone number was refused."""

    NOT_DIGITS = "not_digits"
    # Full-width and other scripts' digits: the keyboard is to be switched, the number may well be right.
    OTHER_DIGITS = "other_digits"
    OLD_ELEVEN_DIGITS = "old_eleven_digits"
    LANDLINE = "landline"
    ABROAD = "abroad"
    FORM = "form"


class EnterpriseCodeProblem(StrEnum):
    """Why an enterprise or tax code was refused."""

    FORM = "form"
    # Full-width and other scripts' digits: the keyboard is to be switched, the code may well be right.
    OTHER_DIGITS = "other_digits"
    NO_REGION = "no_region"
    NO_SERIAL = "no_serial"
    CHECK_DIGIT = "check_digit"


class DeclaredValueError(IdpError):
    """A value a person typed cannot be used. The value itself is never part of the error."""

    code = "invalid_request"


class InvalidNameError(DeclaredValueError):
    """The declared name cannot be a registered name."""

    def __init__(self, problem: NameProblem) -> None:
        super().__init__(f"name: {problem}")
        self.problem = problem


class InvalidBirthDateError(DeclaredValueError):
    """The text is neither a day nor a year of birth."""

    def __init__(self, problem: BirthDateProblem) -> None:
        super().__init__(f"birth date: {problem}")
        self.problem = problem


class InvalidPersonalNumberError(DeclaredValueError):
    """The text is not a 12-digit personal identification number."""

    def __init__(self, problem: PersonalNumberProblem) -> None:
        super().__init__(f"personal number: {problem}")
        self.problem = problem


class InvalidPhoneError(DeclaredValueError):
    """The text is not a Vietnamese mobile number. `new_prefix` is what replaced an old 11-digit prefix, or empty."""

    def __init__(self, problem: PhoneProblem, *, new_prefix: str = "") -> None:
        super().__init__(f"phone: {problem}")
        self.problem = problem
        self.new_prefix = new_prefix


class InvalidEnterpriseCodeError(DeclaredValueError):
    """The text is not an enterprise or tax code that can have been issued."""

    def __init__(self, problem: EnterpriseCodeProblem) -> None:
        super().__init__(f"enterprise code: {problem}")
        self.problem = problem
