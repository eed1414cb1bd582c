"""The numbers of the style guide, held over every source file of the product."""

import ast
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from tests.architecture.source_tree import PRODUCT, Module, imported_names, is_under, modules
from tests.support.running.servers import REPOSITORY

FILE_LIMIT, FILE_NINE_IN_TEN, FILE_MEDIAN = 400, 250, 120
FOLDER_LIMIT = 25
FUNCTION_LIMIT, FUNCTION_NINE_IN_TEN, FUNCTION_MEDIAN = 60, 30, 8
CITATIONS_PER_1000_LINES = 8
# The one table of routes may outgrow a file's limit: it is read as a table, not as code.
TABLES = ("idp.web.routes",)
CITATION = re.compile(r"(?:RFC \d{3,5}|(?:OIDC|OAuth|FAPI|CIBA|JARM)(?: [A-Z0-9][\w.-]*)*?) \d+(?:\.\d+)*\b")
SERVED = ("idp", "clients", "keys", "records")
DATACLASSES = {
    # mypy knows the members of a Struct by the name of `dataclasses.replace` alone.
    "records.structs",
    # A copy of a verified token with other claims would be a forged one: its maker is asked for and not kept.
    "keys.verifier",
}
# What has such a name is of its type in `idp.kernel.ids` or `clients.model`: no two ids can be swapped unseen.
IDENTIFIED = (
    "person|account|session|grant|mandate|change|client|organisation|device|approval|recovery|notice|event|job|joining"
)
ID_NAME = re.compile(rf"(?:\w+_)?(?:{IDENTIFIED})_ids?")
# The member `id` of what is named after one, also of its row in a table and of its entry on a page.
OWN_ID = re.compile(rf"\w*(?:{IDENTIFIED})(?:row|entry)?\.id", re.IGNORECASE)
BARE_IDS = {
    # What this provider is called at an upstream one is no client of ours.
    "idp.upstream.model.client_id",
    # These are named by the register and by the operator who writes the notice.
    "idp.proofing.registers.feed.RegisterChange.id",
    "idp.settings.notices.Notice.id",
    # Where the sealed range ends: a moment's lowest id as well as an event's.
    "idp.web.admin_api.operations.audit.last_event_id",
}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def product() -> tuple[Module, ...]:
    return modules(*PRODUCT)


def written_files() -> list[Module]:
    """Files with something in them: one-line package files would make every median look good."""
    return [module for module in product() if not module.is_package]


@cache
def functions() -> list[tuple[str, int]]:
    """Where each function of the product is, and its lines from `def` to its end, docstring included."""
    return [
        (f"{module.shown}:{node.lineno} {node.name}", lines_of(node))
        for module in product()
        for node in module.nodes
        if isinstance(node, Function)
    ]


def lines_of(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def nine_in_ten(lengths: list[int]) -> int:
    """Return the length that nine in ten do not exceed."""
    return sorted(lengths)[(len(lengths) * 9 + 9) // 10 - 1]


def test_no_file_is_over_its_limit() -> None:
    files = [module for module in product() if module.name not in TABLES]
    assert [f"{m.shown}: {m.line_count}" for m in files if m.line_count > FILE_LIMIT] == []


def test_nine_files_in_ten_and_the_median_file_are_short() -> None:
    lengths = [module.line_count for module in written_files()]
    assert nine_in_ten(lengths) <= FILE_NINE_IN_TEN
    assert statistics.median(lengths) <= FILE_MEDIAN


def test_no_folder_holds_more_modules_than_a_reader_takes_in() -> None:
    everything = [m for m in modules(*PRODUCT, "tests") if not m.is_package]
    held = Counter(str(m.path.parent.relative_to(REPOSITORY)) for m in everything)
    assert {folder: count for folder, count in held.items() if count > FOLDER_LIMIT} == {}


def test_no_function_is_over_its_limit() -> None:
    assert [f"{where}: {length}" for where, length in functions() if length > FUNCTION_LIMIT] == []


def test_nine_functions_in_ten_and_the_median_function_are_short() -> None:
    lengths = [length for _, length in functions()]
    assert nine_in_ten(lengths) <= FUNCTION_NINE_IN_TEN
    assert statistics.median(lengths) <= FUNCTION_MEDIAN


@pytest.mark.parametrize(("lengths", "expected"), [([5], 5), ([1] * 9 + [99], 1), ([1] * 8 + [50, 99], 50)])
def test_nine_in_ten_counts_as_its_name_says(lengths: list[int], expected: int) -> None:
    assert nine_in_ten(lengths) == expected


def test_every_module_has_a_docstring() -> None:
    every = modules(*PRODUCT, "tests", "migrations", "bench")
    assert [m.shown for m in every if not (ast.get_docstring(m.tree) or "").splitlines()[:1]] == []


def test_a_package_file_says_one_sentence_only() -> None:
    packages = [module for module in modules(*PRODUCT, "tests") if module.is_package]
    assert [m.shown for m in packages if len((ast.get_docstring(m.tree) or "").splitlines()) != 1] == []


def test_nothing_is_left_unfinished() -> None:
    every = modules(*PRODUCT, "migrations")
    marks = [f"{m.shown}: {mark}" for m in every for mark in UNFINISHED.findall(m.text)]
    stubs = [
        m.shown for m in every if m.mentions("NotImplementedError") for node in m.nodes if says_not_implemented(node)
    ]
    assert marks + stubs == []


def says_not_implemented(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "NotImplementedError"


def test_any_and_casts_stay_in_the_protocol_package() -> None:
    outside = [module for module in product() if not module.under("idp.protocol")]
    found = [
        f"{m.shown}:{line}: {name}"
        for m in outside
        for name, line in [*imported_names(m), *dotted_uses(m)]
        if name in {"typing.Any", "typing.cast", "typing_extensions.Any"}
    ]
    assert found == []


def test_records_are_structs() -> None:
    libraries = {m.name: {name.partition(".")[0] for name, _ in imported_names(m)} for m in modules(*SERVED)}
    assert {name for name, imported in libraries.items() if "dataclasses" in imported} == DATACLASSES


def test_ids_are_types() -> None:
    found = {
        f"{m.name}.{name}" for m in modules(*SERVED) for name, kind in annotated(m.nodes) if is_bare_id(name, kind)
    }
    assert found == BARE_IDS


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("def find(person_id: str) -> None: ...", ["person_id"]),
        ("def find(*, other_person_id: str | None = None) -> None: ...", ["other_person_id"]),
        ("class Held:\n    grant_ids: tuple[str, ...]", ["grant_ids"]),
        (
            "def find(device_id: str, kept_job_id: str, notice_ids: set[str]) -> None: ...",
            ["device_id", "kept_job_id", "notice_ids"],
        ),
        ("class RegisterJob:\n    id: str", ["RegisterJob.id"]),
        ("class _JoiningRow:\n    id: str | None = None", ["_JoiningRow.id"]),
        ("class DeviceEntry:\n    id: str", ["DeviceEntry.id"]),
        ("class RegisterJob:\n    id: JobId\n    name: str", []),
        ("class Question:\n    id: str", []),
        ("class Held:\n    def client_id(self) -> str: ...", ["client_id"]),
        ("client_id: Annotated[str, Meta(max_length=200)] = ''", ["client_id"]),
        ("def find(person_id: PersonId, clients: Mapping[ClientId, Client], request_id: str) -> str: ...", []),
    ],
)
def test_an_id_without_a_type_is_found_wherever_it_stands(source: str, bare: list[str]) -> None:
    assert [name for name, kind in annotated(ast.walk(ast.parse(source))) if is_bare_id(name, kind)] == bare


def annotated(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Every parameter, field, variable and function by its name, with its type."""
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            members = (member for member in node.body if isinstance(member, ast.AnnAssign))
            yield from ((f"{node.name}.{ast.unparse(member.target)}", member.annotation) for member in members)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield node.arg, node.annotation
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.annotation
        elif isinstance(node, Function) and node.returns is not None:
            yield node.name, node.returns


def is_bare_id(name: str, kind: ast.expr) -> bool:
    """Whether a name is that of an id, and its type says only that it is a text."""
    texts = (node for node in ast.walk(kind) if isinstance(node, ast.Name) and node.id == "str")
    return any(pattern.fullmatch(name) for pattern in (ID_NAME, OWN_ID)) and any(texts)


def dotted_uses(module: Module) -> list[tuple[str, int]]:
    """Every `name.attribute` in the module, such as `typing.Any`."""
    return [
        (f"{node.value.id}.{node.attr}", node.lineno)
        for node in module.nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]


def test_protocol_rules_cite_their_sections() -> None:
    protocol = [module for module in modules("idp") if is_under(module.name, "idp.protocol")]
    lines = sum(module.line_count for module in protocol)
    citations = sum(len(CITATION.findall(module.text)) for module in protocol)
    assert lines > 0, "idp.protocol holds no code"
    assert citations * 1000 >= CITATIONS_PER_1000_LINES * lines, f"{citations} citations in {lines} lines"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RFC 9700 4.14.2", 1),
        ("OIDC Core 3.1.2.1; RFC 6749 5.2.", 2),
        ("OIDC Back-Channel Logout 2.4", 1),
        ("RFC 9700", 0),
        ("OIDC Core says so", 0),
    ],
)
def test_a_citation_names_its_section(text: str, expected: int) -> None:
    assert len(CITATION.findall(text)) == expected
