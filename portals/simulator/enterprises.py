"""The demonstration enterprises: invented, under the two codes that are safe to publish and their units."""

from dataclasses import dataclass, field, replace

from portals.simulator.people import BY_NUMBER


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One row of the enterprise register; the representative is a demonstration person's number."""

    code: str
    name: str
    representative: str
    status: str = "NNT đang hoạt động"
    address: str = "Địa chỉ mẫu, Hà Nội"
    # Where the register says the enterprise itself is reached; few rows have it.
    phone: str = ""
    email: str = ""


ENTERPRISES: tuple[Enterprise, ...] = (
    Enterprise(
        "0100047516",
        "Công ty TNHH Mẫu Sông Hồng",
        "001899000039",
        phone="0912 345 678",
        email="van-thu@song-hong.example",
    ),
    Enterprise("1000000040", "Công ty cổ phần Mẫu Biển Đông", "079999000040"),
    Enterprise("1000000040-001", "Chi nhánh Mẫu Biển Đông tại Đà Nẵng", "079999000040"),
    Enterprise("0100047516-001", "Chi nhánh Mẫu Sông Hồng tại Huế", "056999000008"),
    Enterprise("0100047516-002", "Văn phòng đại diện Mẫu Sông Hồng", "038899000005"),
    Enterprise("0100047516-003", "Địa điểm kinh doanh Mẫu Sông Hồng", "092899000007", "NNT tạm nghỉ kinh doanh"),
    Enterprise("1000000040-002", "Văn phòng đại diện Mẫu Biển Đông", "031899000009"),
    Enterprise("1000000040-003", "Địa điểm kinh doanh Mẫu Biển Đông", "101999000037", "NNT ngừng hoạt động"),
)

BY_CODE = {enterprise.code: enterprise for enterprise in ENTERPRISES}
_DISSOLVED = "NNT ngừng hoạt động"


class ImpossibleEnterpriseChangeError(Exception):
    """The register holds no such enterprise that lives, or the representative is none of the demonstration people."""


@dataclass(slots=True)
class EnterpriseBook:
    """The enterprise register's rows by code, as they are now."""

    rows: dict[str, Enterprise] = field(default_factory=lambda: dict(BY_CODE))

    def name_representative(self, code: str, number: str) -> None:
        """Let somebody else represent an enterprise."""
        if number not in BY_NUMBER:
            raise ImpossibleEnterpriseChangeError
        self.rows[code] = replace(self._living(code), representative=number)

    def dissolve(self, code: str) -> None:
        """Let an enterprise end."""
        self.rows[code] = replace(self._living(code), status=_DISSOLVED)

    def _living(self, code: str) -> Enterprise:
        found = self.rows.get(code)
        if found is None or found.status == _DISSOLVED:
            raise ImpossibleEnterpriseChangeError
        return found


def as_result(enterprise: Enterprise) -> dict[str, object]:
    """Return ResultObject as the exchange gives it.

    REPRESENTATIVES and CONTACT_* are our own names for what it calls otherwise.
    """
    contacts = {"CONTACT_PHONE": enterprise.phone, "CONTACT_EMAIL": enterprise.email}
    return {
        "NAME": enterprise.name.upper(),
        "ENTERPRISE_GDT_CODE": enterprise.code,
        "ENTERPRISE_STATUS_NAME": enterprise.status,
        "HO_ADDRESS_FULLTEXT": enterprise.address,
        "REPRESENTATIVES": [
            {
                "FULL_NAME": BY_NUMBER[enterprise.representative].full_name.upper(),
                "LEGAL_DOC_NO": enterprise.representative,
            }
        ],
        **{name: value for name, value in contacts.items() if value},
    }
