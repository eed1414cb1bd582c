"""The 63 prefixes of personal numbers: provinces of birth registration (TT 07/2016/TT-BCA PL 1)."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

# NQ 202/2025/QH15: 34 provinces from 1/7/2025. Seven of them carry the code of a different old one, so a
# prefix is looked up here and never in a table of today's provinces.


class Province(Struct, frozen=True):
    """A province as it was until the merger, and the province of today; `None` where nothing changed."""

    code: str
    name: str
    merged_into: str | None


_ROWS: tuple[tuple[str, str, str | None], ...] = (
    ("001", "Hà Nội", None),
    ("002", "Hà Giang", "Tuyên Quang"),
    ("004", "Cao Bằng", None),
    ("006", "Bắc Kạn", "Thái Nguyên"),
    ("008", "Tuyên Quang", "Tuyên Quang"),
    ("010", "Lào Cai", "Lào Cai"),
    ("011", "Điện Biên", None),
    ("012", "Lai Châu", None),
    ("014", "Sơn La", None),
    ("015", "Yên Bái", "Lào Cai"),
    ("017", "Hòa Bình", "Phú Thọ"),
    ("019", "Thái Nguyên", "Thái Nguyên"),
    ("020", "Lạng Sơn", None),
    ("022", "Quảng Ninh", None),
    ("024", "Bắc Giang", "Bắc Ninh"),
    ("025", "Phú Thọ", "Phú Thọ"),
    ("026", "Vĩnh Phúc", "Phú Thọ"),
    ("027", "Bắc Ninh", "Bắc Ninh"),
    ("030", "Hải Dương", "Hải Phòng"),
    ("031", "Hải Phòng", "Hải Phòng"),
    ("033", "Hưng Yên", "Hưng Yên"),
    ("034", "Thái Bình", "Hưng Yên"),
    ("035", "Hà Nam", "Ninh Bình"),
    ("036", "Nam Định", "Ninh Bình"),
    ("037", "Ninh Bình", "Ninh Bình"),
    ("038", "Thanh Hóa", None),
    ("040", "Nghệ An", None),
    ("042", "Hà Tĩnh", None),
    ("044", "Quảng Bình", "Quảng Trị"),
    ("045", "Quảng Trị", "Quảng Trị"),
    ("046", "Thừa Thiên Huế", None),
    ("048", "Đà Nẵng", "Đà Nẵng"),
    ("049", "Quảng Nam", "Đà Nẵng"),
    ("051", "Quảng Ngãi", "Quảng Ngãi"),
    ("052", "Bình Định", "Gia Lai"),
    ("054", "Phú Yên", "Đắk Lắk"),
    ("056", "Khánh Hòa", "Khánh Hòa"),
    ("058", "Ninh Thuận", "Khánh Hòa"),
    ("060", "Bình Thuận", "Lâm Đồng"),
    ("062", "Kon Tum", "Quảng Ngãi"),
    ("064", "Gia Lai", "Gia Lai"),
    ("066", "Đắk Lắk", "Đắk Lắk"),
    ("067", "Đắk Nông", "Lâm Đồng"),
    ("068", "Lâm Đồng", "Lâm Đồng"),
    ("070", "Bình Phước", "Đồng Nai"),
    ("072", "Tây Ninh", "Tây Ninh"),
    ("074", "Bình Dương", "TP. Hồ Chí Minh"),
    ("075", "Đồng Nai", "Đồng Nai"),
    ("077", "Bà Rịa - Vũng Tàu", "TP. Hồ Chí Minh"),
    ("079", "TP. Hồ Chí Minh", "TP. Hồ Chí Minh"),
    ("080", "Long An", "Tây Ninh"),
    ("082", "Tiền Giang", "Đồng Tháp"),
    ("083", "Bến Tre", "Vĩnh Long"),
    ("084", "Trà Vinh", "Vĩnh Long"),
    ("086", "Vĩnh Long", "Vĩnh Long"),
    ("087", "Đồng Tháp", "Đồng Tháp"),
    ("089", "An Giang", "An Giang"),
    ("091", "Kiên Giang", "An Giang"),
    ("092", "Cần Thơ", "Cần Thơ"),
    ("093", "Hậu Giang", "Cần Thơ"),
    ("094", "Sóc Trăng", "Cần Thơ"),
    ("095", "Bạc Liêu", "Cà Mau"),
    ("096", "Cà Mau", "Cà Mau"),
)

PREFIXES: Mapping[str, Province] = MappingProxyType({row[0]: Province(*row) for row in _ROWS})
