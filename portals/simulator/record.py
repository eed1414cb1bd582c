"""A citizen as QCVN 109 structures one: far more than anyone asked for, all of it invented and neutral."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from portals.simulator.person import Person

Node = str | Mapping[str, "Node"]


def citizen(person: Person, guardian: Person | None) -> Mapping[str, Node]:
    """Return `CongDan` with everything that the real register returns too."""
    in_parts = person.extra.in_parts
    family, middle, given = (person.family, person.middle, person.given) if in_parts else ("", "", person.full_name)
    return {
        "SoDinhDanh": person.number,
        "SoCMND": person.extra.old_card,
        "HoVaTen": {"Ho": family.upper(), "ChuDem": middle.upper(), "Ten": given.upper()},
        "GioiTinh": person.sex.value,
        "DanToc": "56",
        "TonGiao": "00",
        "TinhTrangHonNhan": "0",
        "NhomMau": "00",
        "NgayThangNamSinh": _born(person),
        "QueQuan": {"MaTinhThanh": "01", "MaQuanHuyen": "", "MaPhuongXa": "", "ChiTiet": "QUÊ MẪU"},
        "ThuongTru": {"ChiTiet": "ĐỊA CHỈ MẪU"},
        "QuocTich": person.extra.nationality,
        "Cha": _relative("NGƯỜI CHA MẪU", ""),
        "Me": _relative("NGƯỜI MẸ MẪU", ""),
        "VoChong": "",
        "NguoiDaiDien": _relative(guardian.full_name.upper(), guardian.number) if guardian else "",
        "ChuHo": {"QuanHe": "CH01"},
        "SoSoHoKhau": "SỔ MẪU",
    }


def as_xml(name: str, node: Node) -> str:
    """Return an element; what is empty is an empty element, as in live answers."""
    content = escape(node) if isinstance(node, str) else "".join(as_xml(*inner) for inner in node.items())
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def _born(person: Person) -> Mapping[str, Node]:
    if len(person.born) == 4:
        return {"Nam": person.born, "NgayThangNam": ""}
    # The published sample writes dates one way and live answers the other; half of the people each way.
    live = int(person.number[-1]) % 2
    return {"Nam": "", "NgayThangNam": person.born.replace("-", "") if live else person.born}


def _relative(name: str, number: str) -> Mapping[str, Node]:
    return {"HoVaTen": {"Ten": name}, "SoDinhDanh": number}
