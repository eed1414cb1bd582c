"""The client file: YAML with a `clients:` list, read without trusting it."""

from collections.abc import Hashable
from datetime import datetime
from pathlib import Path

import yaml

from clients.errors import ClientFileError, MetadataError, Problem
from clients.metadata import ClientEntry, parse_entry
from clients.model import ClientId

MAX_FILE_BYTES = 1024 * 1024


class _Loader(yaml.SafeLoader):
    """The safe loader, which also refuses aliases (they multiply) and keys written twice (the last would win)."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(f"an alias (*name) stands near line {self.line + 1}; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key_node, _ in node.value:
            mark = key_node.start_mark
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a name is not plain text", problem_mark=mark)
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key_node.value} is written twice", problem_mark=mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def read_client_file(path: Path, now: datetime) -> tuple[ClientEntry, ...]:
    """Read and check a client file; ClientFileError carries every problem of every entry."""
    return parse_client_file(read_bytes(path), now)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, of one that is too long a little more than are allowed."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _refuse("readable", f"{path} cannot be read ({error.strerror})", "check the path") from error


def parse_list(data: bytes, name: str) -> list[object]:
    """Return the entries of a file that is one list with a name. Raises ClientFileError."""
    if len(data) > MAX_FILE_BYTES:
        raise _refuse("length", f"the file has more than {MAX_FILE_BYTES} bytes", "split it")
    document = _load_yaml(data)
    entries = document.get(name) if isinstance(document, dict) else None
    if not isinstance(entries, list) or not isinstance(document, dict) or len(document) != 1:
        raise _refuse(f"{name}-list", f"the file is not one list named {name}", f"write {name}: and the entries")
    return entries


def parse_client_file(data: bytes, now: datetime) -> tuple[ClientEntry, ...]:
    """Check the bytes of a client file; ClientFileError carries every problem of every entry."""
    entries = parse_list(data, "clients")
    problems: list[Problem] = []
    parsed: dict[ClientId, ClientEntry] = {}
    for place, entry in enumerate(entries):
        label = f"clients[{place}]"
        found = _parse_one(label, entry, now, problems)
        if found is None:
            continue
        if found.client.client_id in parsed:
            reason = f"{found.client.client_id} stands in the file already"
            problems.append(Problem(f"{label}.client_id", "duplicate", reason, "remove one entry"))
        parsed[found.client.client_id] = found
    if problems:
        raise ClientFileError(problems)
    return tuple(parsed.values())


def _load_yaml(data: bytes) -> object:
    try:
        # A subclass of the safe loader, so this makes plain values only.
        document: object = yaml.load(data, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:
        # PyYAML lets the errors of its converters through: "!!bool x" ends in a KeyError.
        raise _refuse("yaml", f"the file is not YAML: {error}", "correct it") from error
    except RecursionError as error:
        raise _refuse("yaml", "the file is nested too deeply", "correct it") from error
    return document


def _parse_one(label: str, entry: object, now: datetime, problems: list[Problem]) -> ClientEntry | None:
    if not isinstance(entry, dict) or not all(isinstance(name, str) for name in entry):
        problems.append(Problem(label, "type", "the entry is not a list of names and values", "write name: value"))
        return None
    try:
        return parse_entry(entry, now)
    except MetadataError as error:
        client_id = entry.get("client_id")
        place = f"{label} ({client_id})" if isinstance(client_id, str) else label
        problems.extend(
            Problem(f"{place}.{problem.field}", problem.rule, problem.reason, problem.remedy)
            for problem in error.problems
        )
        return None


def _refuse(rule: str, reason: str, remedy: str) -> ClientFileError:
    return ClientFileError([Problem("file", rule, reason, remedy)])
