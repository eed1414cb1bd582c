"""Sex as the register records it (QCVN 109:2017 GioiTinh)."""

from enum import Enum


class Sex(Enum):
    """The register's code: 0 no information, 1 male, 2 female."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"

    @property
    def oidc_gender(self) -> str | None:
        """Return the `gender` claim, or None where it is to be left out (OIDC Core 5.1)."""
        return {Sex.MALE: "male", Sex.FEMALE: "female"}.get(self)
