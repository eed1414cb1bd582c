"""JSON bodies and query parameters as typed structs: every problem found, nothing unknown let through."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from clients.errors import Problem
from idp.web.admin_api.problems import ApiError, Code

T = TypeVar("T", bound=msgspec.Struct)
# An honest body is flat: metadata, a key set inside, lists of texts inside that.
MAX_DEPTH = 12
# The member that says which of several kinds a body is.
KIND = "kind"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
# Where msgspec says an error is: " - at `$.names[0]`".
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$?(?P<place>[^`]*)`)?$", re.DOTALL)
# What msgspec says of a value, and what we do.
FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form), sentence)
    for form, sentence in (
        (r"Expected `[^`]*` of length >= (?P<least>\d+)", "it has fewer than {least} characters or entries"),
        (r"Expected `[^`]*` of length <= (?P<most>\d+)", "it has more than {most} characters or entries"),
        (r"Expected `[^`]*` >= (?P<least>\S+)", "it is below {least}"),
        (r"Expected `[^`]*` <= (?P<most>\S+)", "it is above {most}"),
        (r"Expected `[^`]*` with a timezone", "the time has no zone"),
        (r"Expected `(?P<wanted>[^`]*)`, got `(?P<found>[^`]*)`", "it is {found} where {wanted} is read"),
        (r"Invalid (enum )?value", "it is none of the words that are offered"),
        (r"Invalid RFC3339", "it is no time or day by RFC 3339"),
        (r"Object missing required field `(?P<name>[^`]*)`", "the member {name} is missing in it"),
        (r"Object contains unknown field", "an object in it has a member that is not read"),
    )
)


def decode_body(raw: bytes, wanted: type[T]) -> T:
    """Return a JSON object as a struct; raises `ApiError` 400 for what is no JSON object, 422 with every problem."""
    if not raw and not wanted.__struct_fields__:
        return wanted()
    found = _object(raw)
    if wanted.__struct_config__.tag is not None:
        found.pop(str(wanted.__struct_config__.tag_field), None)
    return _struct(found, wanted, Code.INVALID_INPUT, strict=True)


def decode_kind(raw: bytes, kinds: Collection[str]) -> str:
    """Return which of several kinds a body says that it is; raises `ApiError` as `decode_body` does."""
    found = _object(raw)
    if KIND not in found:
        raise ApiError(Code.INVALID_INPUT, [_missing(KIND)])
    kind = found[KIND]
    if not isinstance(kind, str) or kind not in kinds:
        problem = Problem(KIND, "unknown-kind", "there is no such kind", f"write one of {', '.join(sorted(kinds))}")
        raise ApiError(Code.INVALID_INPUT, [problem])
    return kind


def decode_query(found: Mapping[str, str], wanted: type[T]) -> T:
    """Return query parameters as a struct; numbers, flags and times are read from their texts."""
    return _struct(found, wanted, Code.INVALID_QUERY, strict=False)


def _object(raw: bytes) -> dict[str, object]:
    _check_depth(raw)
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(Code.MALFORMED_REQUEST, detail="the body is no JSON object") from error


def _check_depth(raw: bytes) -> None:
    depth = 0
    for byte in _STRING.sub(b"", raw):
        depth += (byte in b"[{") - (byte in b"]}")
        if depth > MAX_DEPTH:
            raise ApiError(Code.MALFORMED_REQUEST, detail="nested too deeply")


def _struct(found: Mapping[str, object], wanted: type[T], code: Code, *, strict: bool) -> T:
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)}
    values: dict[str, object] = {}
    problems = [_unknown(name) for name in found if name not in fields]
    for name, field in fields.items():
        if name not in found:
            problems += [_missing(name)] if field.required else []
            continue
        try:
            values[field.name] = _converted(found[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            problems.append(_broken(name, str(error)))
    problems += [problem for name in found for problem in _unwritable(name, found[name])]
    if problems:
        raise ApiError(code, problems)
    return wanted(**values)


def _converted(value: object, wanted: object, *, strict: bool) -> object:
    """Return a value as its type. A text that must be a number or a flag is read as one; as a time it is RFC 3339."""
    try:
        return msgspec.convert(value, wanted, strict=True)
    except msgspec.ValidationError:
        if strict:
            raise
        read: object = msgspec.convert(value, wanted, strict=False)
        # msgspec would take "0.0" for seconds since 1970.
        if isinstance(read, datetime):
            raise
        return read


def _missing(name: str) -> Problem:
    return Problem(name, "required", "it is missing", "give it")


def _unknown(name: str) -> Problem:
    return Problem(name[:100], "unknown", "nothing of this name is read here", "remove it")


def _broken(name: str, reported: str) -> Problem:
    match = _PLACE.match(reported)
    what, place = (match["what"], match["place"] or "") if match else (reported, "")
    return Problem(f"{name}{place}", "form", _said(what), "write it as the OpenAPI document says")


def _said(what: str) -> str:
    """Return what msgspec says of a value as a sentence of ours: in the catalogues, and without what was sent."""
    for form, sentence in FORMS:
        if found := form.match(what):
            return sentence.format_map(found.groupdict())
    return "it has another form than the document says"


def _unwritable(name: str, value: object) -> Iterator[Problem]:
    """Yield a problem for a text that no store takes: PostgreSQL has no NUL in its texts."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and "\0" in one:
            yield Problem(name[:100], "characters", "a text holds a NUL character", "remove it")
            return
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend([*one.keys(), *one.values()])
