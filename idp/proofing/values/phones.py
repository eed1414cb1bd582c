"""Vietnamese mobile numbers: read as people write them, kept as E.164."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from msgspec import Struct

from idp.proofing.values.errors import InvalidPhoneError, PhoneProblem
from records.structs import Unprinted

_COUNTRY = "84"
_NATIONAL_PREFIX = re.compile(r"(?:\+84|0084|84)0?")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_OLD_MOBILE = re.compile(r"01[0-9]{9}")
_LANDLINE = re.compile(r"02[0-9]{8,9}")
_PUNCTUATION = re.compile(r"[\s.\-()]")

# The conversion of 2018: four old digits became three. 016x, 018x and 019x outside it: the family's prefix.
_CONVERTED: Mapping[str, str] = MappingProxyType(
    {
        **{f"016{last}": f"03{last}" for last in "23456789"},
        "0120": "070",
        "0121": "079",
        "0122": "077",
        "0126": "076",
        "0128": "078",
        "0123": "083",
        "0124": "084",
        "0125": "085",
        "0127": "081",
        "0129": "082",
        "0186": "056",
        "0188": "058",
        "0199": "059",
    }
)
_CONVERTED_FAMILIES: Mapping[str, str] = MappingProxyType({"016": "03", "018": "05", "019": "059"})


class PhoneNumber(Unprinted, Struct, frozen=True):
    """A Vietnamese mobile number in E.164; it does not show in `repr`."""

    e164: str

    @classmethod
    def parse_mobile(cls, text: str) -> Self:
        """Read `0…`, `+84…`, `84…`, `0084…` with spaces, dots and hyphens; raise `InvalidPhoneError` otherwise.

        Any carrier's prefix is taken: a prefix newer than our table must not keep a person out.
        """
        national = _national(text)
        if not _MOBILE.fullmatch(national):
            raise _refusal(text, national)
        return cls(f"+{_COUNTRY}{national[1:]}")

    def masked(self) -> str:
        """Return what a page may show: first digit pair and the last three, `09•• ••• 678`."""
        national = f"0{self.e164.removeprefix('+' + _COUNTRY)}"
        return f"{national[:2]}•• ••• {national[-3:]}"


def _national(text: str) -> str:
    typed = _PUNCTUATION.sub("", text)
    digits = typed.removeprefix("+")
    if not digits.isascii() and digits.isdigit():
        raise InvalidPhoneError(PhoneProblem.OTHER_DIGITS)
    if not re.fullmatch(r"[0-9]+", digits):
        raise InvalidPhoneError(PhoneProblem.NOT_DIGITS if digits else PhoneProblem.FORM)
    return _NATIONAL_PREFIX.sub("0", typed, count=1) if _NATIONAL_PREFIX.match(typed) else typed


def _refusal(text: str, national: str) -> InvalidPhoneError:
    if _OLD_MOBILE.fullmatch(national):
        new_prefix = _CONVERTED.get(national[:4]) or _CONVERTED_FAMILIES.get(national[:3], "")
        return InvalidPhoneError(PhoneProblem.OLD_ELEVEN_DIGITS, new_prefix=new_prefix)
    if _LANDLINE.fullmatch(national):
        return InvalidPhoneError(PhoneProblem.LANDLINE)
    return InvalidPhoneError(PhoneProblem.ABROAD if _is_abroad(text) else PhoneProblem.FORM)


def _is_abroad(text: str) -> bool:
    # Seven megabytes of the world's prefixes, for one kind of refusal: no start waits for them.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", text), "VN")
    except phonenumbers.NumberParseException:
        return False
    return number.country_code != int(_COUNTRY) and phonenumbers.is_possible_number(number)
