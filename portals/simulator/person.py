"""A demonstration person and what is special about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Sex(Enum):
    """GioiTinh of QCVN 109."""

    MALE = "1"
    FEMALE = "2"


class Status(Enum):
    """Whether the register still answers for the number."""

    LIVING = "living"
    DECEASED = "deceased"
    CANCELLED = "cancelled"


class Case(Enum):
    """What a demonstration person shows."""

    ORDINARY = "ordinary"
    ACCENTS = "accents"
    TONE_PLACEMENT = "tone_placement"
    APOSTROPHE = "apostrophe"
    SINGLE_SYLLABLE = "single_syllable"
    LONG_NAME = "long_name"
    YEAR_ONLY = "year_only"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    DECEASED = "deceased"
    MINOR = "minor"
    GUARDIAN = "guardian"
    NAMESAKE = "namesake"
    OLDER_CARD = "older_card"
    FOREIGNER = "foreigner"
    ONE_ENTERPRISE = "one_enterprise"
    TWO_ENTERPRISES = "two_enterprises"
    NEAR = "near"
    CORRECTED = "corrected"


# Vietnamese, English.
CASE_TEXTS: Mapping[Case, tuple[str, str]] = MappingProxyType(
    {
        Case.ORDINARY: ("bình thường", "ordinary"),
        Case.ACCENTS: ("gõ tên không dấu: chỉ gần khớp", "type the name without accents: only nearly matches"),
        Case.TONE_PLACEMENT: (
            "bỏ dấu kiểu cũ hay kiểu mới đều khớp",
            "old and new placement of the tone mark both match",
        ),
        Case.APOSTROPHE: (
            "tên có dấu nháy hoặc gạch nối: mọi cách gõ đều khớp",
            "apostrophe or hyphen in the name: every way of typing it matches",
        ),
        Case.SINGLE_SYLLABLE: ("tên chỉ có một tiếng", "a name of one syllable"),
        Case.LONG_NAME: ("tên dài", "a long name"),
        Case.YEAR_ONLY: ("chỉ có năm sinh", "year of birth only"),
        Case.CANCELLED: ("số đã hủy, đã cấp số khác", "number cancelled and replaced"),
        Case.REPLACED: ("số mới, thay số đã hủy", "new number in place of a cancelled one"),
        Case.DECEASED: ("đã mất: không có bản ghi", "deceased: no record"),
        Case.MINOR: ("trẻ em, có người giám hộ", "a minor with a guardian"),
        Case.GUARDIAN: ("người giám hộ của trẻ em", "guardian of a minor"),
        Case.NAMESAKE: (
            "hai người trùng họ tên và ngày sinh",
            "two people with the same name and birth date",
        ),
        Case.OLDER_CARD: ("còn CMND 9 số", "still has a nine-digit older card"),
        Case.FOREIGNER: ("người nước ngoài", "a foreigner"),
        Case.ONE_ENTERPRISE: (
            "đại diện theo pháp luật của một doanh nghiệp",
            "legal representative of one enterprise",
        ),
        Case.TWO_ENTERPRISES: (
            "đại diện theo pháp luật của hai doanh nghiệp",
            "legal representative of two enterprises",
        ),
        Case.NEAR: ("thiếu một chữ đệm: chỉ gần khớp", "one middle name left out: only nearly matches"),
        Case.CORRECTED: (
            "đã cải chính giới tính: số chưa đổi, chỉ là cảnh báo",
            "sex corrected, number not yet replaced: a warning only",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What only some people have."""

    # The register divides few names; most stand whole in Ten.
    in_parts: bool = False
    typed_name: str = ""
    status: Status = Status.LIVING
    replaced_by: str = ""
    old_card: str = ""
    guardian: str = ""
    nationality: str = "VN"


_PLAIN = Extra()


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the register; `born` is `YYYY-MM-DD` or `YYYY`."""

    number: str
    family: str
    middle: str
    given: str
    born: str
    sex: Sex
    case: Case = Case.ORDINARY
    extra: Extra = _PLAIN

    @property
    def full_name(self) -> str:
        """Return the name as people write it."""
        return " ".join(part for part in (self.family, self.middle, self.given) if part)

    @property
    def typed_name(self) -> str:
        """Return the name to type in order to see the case."""
        return self.extra.typed_name or self.full_name
