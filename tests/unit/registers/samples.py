"""One citizen as each kind of register writes them down, and the claim about them."""

from collections.abc import Mapping

import orjson

from idp.proofing.model import ClaimedIdentity, Purpose, RegisterRecord
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.sexes import Sex

NUMBER = PersonalNumber("001899000001")
CLAIM = ClaimedIdentity(NUMBER, "Nguyễn Thị Hoà", BirthDate(1990, 5, 17))
HOA = RegisterRecord(NUMBER, "NGUYỄN THỊ HOÀ", BirthDate(1990, 5, 17), Sex.FEMALE)
PURPOSE = Purpose("1.012766", "đăng ký", may_look_up=True)
CITIZEN = (
    "<CongDan><SoDinhDanh>001899000001</SoDinhDanh><SoCMND/><HoVaTen><Ho/><ChuDem/><Ten>NGUYỄN THỊ HOÀ</Ten></HoVaTen>"
    "<GioiTinh>2</GioiTinh><DanToc>56</DanToc><TonGiao>00</TonGiao>"
    "<NgayThangNamSinh><Nam/><NgayThangNam>19900517</NgayThangNam></NgayThangNamSinh>"
    "<Cha><HoVaTen><Ho>NGƯỜI</Ho><Ten>CHA MẪU</Ten></HoVaTen><SoDinhDanh>099187000001</SoDinhDanh></Cha></CongDan>"
)
CITIZEN_JSON: Mapping[str, object] = {
    "SoDinhDanh": "001899000001",
    "SoCMND": "",
    "HoVaTen": {"Ho": "", "ChuDem": "", "Ten": "NGUYỄN THỊ HOÀ"},
    "GioiTinh": 2,
    "DanToc": {"MaDanToc": "56", "TenGoi": "DÂN TỘC MẪU"},
    "NgayThangNamSinh": {"Nam": "", "NgayThangNam": "1990-05-17"},
    "Cha": {"HoVaTen": {"Ten": "CHA MẪU"}, "SoDinhDanh": "099187000001"},
}


def envelope(content: str) -> bytes:
    """Return a SOAP envelope around the content."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<s:Body>{content}</s:Body></s:Envelope>"
    ).encode()


def collection(*citizens: str) -> str:
    """Return the collection that an answer to a look-up is."""
    return f'<CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0">{"".join(citizens)}</CongdanCollection>'


def match_result(content: str) -> str:
    """Return what an answer to a match is."""
    return f'<XacThucThongTinCongDanResponse xmlns="http://dancuquocgia.bca">{content}</XacThucThongTinCongDanResponse>'


def collection_json(rows: object) -> bytes:
    """Return the same collection as the REST wrapper writes it."""
    return orjson.dumps({"CongdanCollection": {"SoCongDan": 1, "CongDan": rows}})
