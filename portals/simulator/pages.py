"""The page that lists the demonstration people and has the fault controls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from portals.simulator.book import ChangeKind
from portals.simulator.enterprises import Enterprise
from portals.simulator.faults import MODE_TEXTS
from portals.simulator.people import BY_NUMBER
from portals.simulator.person import CASE_TEXTS, Person
from portals.simulator.state import Registers
from portals.simulator.subscribers import phones_of

_HERE = Path(__file__).parent
_PAGES = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
)
_LANGUAGES = ("vi", "en")

_VIETNAMESE = {
    "title": "Mô phỏng CSDL quốc gia",
    "intro": "Chương trình minh họa: mọi người và doanh nghiệp dưới đây đều không có thật.",
    "language": "English",
    "people": "Người trong bản minh họa",
    "number": "Số định danh",
    "typed_name": "Họ tên để nhập",
    "birth_date": "Ngày sinh",
    "special": "Điểm đặc biệt",
    "enterprises": "Doanh nghiệp trong bản minh họa",
    "code": "Mã số",
    "name": "Tên",
    "representative": "Người đại diện",
    "status": "Tình trạng",
    "new_representative": "Người đại diện mới",
    "change_representative": "Đổi người đại diện",
    "dissolve": "Giải thể",
    "controls": "Điều khiển sự cố",
    "upstream": "VNeID mô phỏng: sự cố và khóa ký",
    "population": "CSDL quốc gia về dân cư",
    "enterprise": "CSDL đăng ký doanh nghiệp",
    "subscribers": "Nhà mạng: đối soát thuê bao",
    "phones": "Điện thoại chính chủ; mới sang tên",
    "now": "Đang ở chế độ:",
    "changes": "Biến động công dân",
    "kind": "Việc xảy ra",
    "new_number": "Số định danh mới (khi thay số)",
    "new_name": "Họ tên mới (khi cải chính)",
    "make_change": "Ghi biến động",
    "at": "Lúc",
    "new_value": "Giá trị mới",
    "no_changes": "Chưa có biến động nào từ khi chương trình chạy.",
}
_ENGLISH = {
    "title": "National register simulator",
    "intro": "A demonstration: no person and no enterprise below is real.",
    "language": "Tiếng Việt",
    "people": "Demonstration people",
    "number": "Personal number",
    "typed_name": "Name to type",
    "birth_date": "Birth date",
    "special": "What is special",
    "enterprises": "Demonstration enterprises",
    "code": "Code",
    "name": "Name",
    "representative": "Representative",
    "status": "State",
    "new_representative": "New representative",
    "change_representative": "Change the representative",
    "dissolve": "Dissolve",
    "controls": "Fault controls",
    "upstream": "Simulated VNeID: faults and signing key",
    "population": "Population register",
    "enterprise": "Enterprise register",
    "subscribers": "Carriers: subscriber match",
    "phones": "Own phone; just moved",
    "now": "Mode now:",
    "changes": "Changes of citizens",
    "kind": "What happens",
    "new_number": "New personal number (when replaced)",
    "new_name": "New name (when corrected)",
    "make_change": "Record the change",
    "at": "At",
    "new_value": "New value",
    "no_changes": "No change since the program started.",
}
_TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType({"vi": _VIETNAMESE, "en": _ENGLISH})

# Vietnamese, English.
_KIND_TEXTS: Mapping[ChangeKind, tuple[str, str]] = MappingProxyType(
    {
        ChangeKind.NUMBER_REPLACED: ("hủy số, cấp số khác", "number cancelled and replaced"),
        ChangeKind.NAME_CHANGED: ("cải chính họ tên", "name changed"),
        ChangeKind.DIED: ("khai tử", "death"),
    }
)


@dataclass(frozen=True, slots=True)
class _PersonRow:
    number: str
    typed_name: str
    birth_date: str
    special: str
    phones: str


async def home(request: Request) -> Response:
    """Show people, enterprises and controls; `?lang=en` in English."""
    registers: Registers = request.app.state.registers
    language = "en" if request.query_params.get("lang") == "en" else "vi"
    place = _LANGUAGES.index(language)
    page = _PAGES.get_template("index.html").render(
        language=language,
        other_language=_LANGUAGES[1 - place],
        texts=_TEXTS[language],
        people=[_row(person, place) for person in registers.book.people.values()],
        living=[number for number in registers.book.people if registers.book.holder_of(number)],
        changes=registers.book.changes,
        kinds={kind: texts[place] for kind, texts in _KIND_TEXTS.items()},
        enterprises=registers.enterprises.rows.values(),
        names={number: person.full_name for number, person in BY_NUMBER.items()},
        modes={mode: texts[place] for mode, texts in MODE_TEXTS.items()},
        controls=registers.controls,
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


async def people_json(request: Request) -> Response:
    """Return everybody who is in the register now: what to type, and what it shows."""
    registers: Registers = request.app.state.registers
    units = tuple(registers.enterprises.rows.values())
    return JSONResponse([_as_dict(person, units) for person in registers.book.people.values()])


async def questions_json(request: Request) -> Response:
    """Return the last questions, newest first: request, service, officer, correlation, operation; never about whom."""
    registers: Registers = request.app.state.registers
    rows = [
        {
            "request_id": question.request_id,
            "service": question.service,
            "officer": question.officer,
            "correlation_id": question.correlation_id,
            "operation": question.operation,
        }
        for question in registers.questions
    ]
    return JSONResponse(rows)


async def style(_request: Request) -> Response:
    """Return the stylesheet."""
    return FileResponse(_HERE / "style.css", media_type="text/css")


def _row(person: Person, place: int) -> _PersonRow:
    phones = "; ".join(f"0{phone.removeprefix('+84')}" for phone in phones_of(person.number))
    return _PersonRow(person.number, person.typed_name, _written(person.born), _special(person, place), phones)


def _special(person: Person, place: int) -> str:
    other = person.extra.replaced_by or person.extra.old_card or person.extra.guardian
    return f"{CASE_TEXTS[person.case][place]} ({other})" if other else CASE_TEXTS[person.case][place]


def _written(born: str) -> str:
    return "/".join(reversed(born.split("-")))


def _as_dict(person: Person, enterprises: Iterable[Enterprise]) -> dict[str, object]:
    vietnamese, english = CASE_TEXTS[person.case]
    return {
        "number": person.number,
        "full_name": person.full_name,
        "typed_name": person.typed_name,
        "birth_date": person.born,
        "sex": person.sex.name.lower(),
        "status": person.extra.status.value,
        "case": person.case.value,
        "case_vi": vietnamese,
        "case_en": english,
        "replaced_by": person.extra.replaced_by or None,
        "old_card": person.extra.old_card or None,
        "guardian": person.extra.guardian or None,
        "nationality": person.extra.nationality,
        "represents": [unit.code for unit in enterprises if unit.representative == person.number],
    }
