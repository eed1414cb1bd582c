"""Reading the members of one client entry: types, limits, and every problem collected."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from clients.addresses.local_addresses import is_inner
from clients.addresses.redirect_uris import check_redirect_uri
from clients.addresses.uri import Uri, parse_uri
from clients.errors import Problem, RuleBrokenError
from clients.model import RESPONSE_TYPES, ApplicationType, ResponseType
from clients.policy import known_response_type

T = TypeVar("T")

MAX_LIST_ITEMS = 50
MAX_TEXT_CHARACTERS = 200
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# RFC 6749 3.3: printable ASCII without quote and backslash.
_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")
# Registered by RFC 7591 or OpenID Connect, understood by others, not offered here.
_NOT_OFFERED = frozenset(
    {
        "software_id",
        "software_statement",
        "software_version",
    }
)


class EntryReader:
    """Reads one entry member by member; after the last, whatever was not asked for is unknown."""

    def __init__(self, entry: Mapping[str, object]) -> None:
        self.problems: list[Problem] = []
        self._entry = entry
        self._known: list[str] = []

    @property
    def known(self) -> tuple[str, ...]:
        """The members asked for so far, in their order."""
        return tuple(dict.fromkeys(self._known))

    def read(self, name: str, convert: Callable[[object], T], default: T) -> T:
        """Return the converted member, or `default` if it is absent or wrong."""
        self._known.append(name)
        if name not in self._entry:
            return default
        return self._convert(name, convert, self._entry[name], default)

    def read_list(self, name: str, convert: Callable[[object], T], default: Sequence[T] = ()) -> tuple[T, ...]:
        """Return the converted items; problems name the place of each, as in `redirect_uris[2]`."""
        self._known.append(name)
        if name not in self._entry:
            return tuple(default)
        nothing: list[object] = []
        items = self._convert(name, as_list, self._entry[name], nothing)
        found: list[T] = []
        for place, item in enumerate(items):
            value = self._convert(f"{name}[{place}]", convert, item, None)
            if value is not None and value in found:
                self.report(f"{name}[{place}]", "duplicate", "the value is listed twice", "remove one")
            elif value is not None:
                found.append(value)
        return tuple(found)

    def read_tagged(self, name: str, convert: Callable[[object], str]) -> dict[str, str]:
        """Return the texts of `name` and `name#tag` by language tag, "" for none (RFC 7591 2.2)."""
        texts: dict[str, str] = {}
        for member in self._entry:
            base, mark, tag = member.partition("#")
            if base != name:
                continue
            if mark and not _LANGUAGE_TAG.fullmatch(tag):
                self.report(member, "language-tag", "no language tag follows '#'", f"write {name}#en")
                tag = "en"
            self._known.append(member)
            texts[tag] = self._convert(member, convert, self._entry[member], "")
        self._known.append(name)
        return texts

    def require(self, name: str) -> None:
        """Report `name` if the entry lacks it."""
        if name not in self._entry:
            self.report(name, "required", "it is missing", "add it")

    def refuse_unknown(self) -> None:
        """Report every member that nothing has asked for, with the nearest name that is known."""
        for name in self._entry:
            if name in self._known:
                continue
            if name in _NOT_OFFERED:
                self.report(name, "not-offered", "this provider does not offer it", "remove it")
                continue
            near = difflib.get_close_matches(name, self._known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "remove it"
            self.report(name, "unknown", "no such client metadata", remedy)

    def report(self, field: str, rule: str, reason: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(field, rule, reason, remedy))

    def _convert(self, field: str, convert: Callable[[object], T], value: object, default: T) -> T:
        try:
            return convert(value)
        except RuleBrokenError as error:
            self.report(field, error.rule, error.reason, error.remedy)
            return default


def as_text(value: object) -> str:
    """Return text for people, in NFC: one line, no markup, nothing invisible."""
    text = unicodedata.normalize("NFC", _as_string(value, MAX_TEXT_CHARACTERS)).strip()
    # Not printable are controls, bidirectional overrides, zero widths, and every blank but the ordinary one.
    if not text or not text.isprintable():
        raise RuleBrokenError("visible-text", "the text is empty or has invisible characters", "remove them")
    if "<" in text or ">" in text:
        raise RuleBrokenError("no-markup", "the text has '<' or '>'", "write plain text")
    return text


def as_pattern(pattern: str, meaning: str) -> Callable[[object], str]:
    """Return a converter for strings that match `pattern` whole; `meaning` describes them."""
    compiled = re.compile(pattern)

    def convert(value: object) -> str:
        text = _as_string(value, MAX_TEXT_CHARACTERS)
        if not compiled.fullmatch(text):
            raise RuleBrokenError("form", "the value has the wrong form", f"write {meaning}")
        return text

    return convert


as_client_id = as_pattern(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", "up to 128 letters, digits, dots, dashes and underscores"
)


def as_choice(choices: Sequence[T]) -> Callable[[object], T]:
    """Return a converter that takes one of `choices`."""

    def convert(value: object) -> T:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return choice
        names = ", ".join(str(choice) for choice in choices)
        raise RuleBrokenError("choice", "the value is not one that is offered", f"choose one of {names}")

    return convert


def as_flag(value: object) -> bool:
    """Return a boolean; texts such as "yes" are not one."""
    if not isinstance(value, bool):
        raise RuleBrokenError("type", "the value is not a boolean", "write true or false")
    return value


def as_seconds(value: object) -> timedelta:
    """Return a duration from a whole number of seconds, up to a year."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 31_536_000:
        raise RuleBrokenError("seconds", "the value is not a number of seconds up to a year", "write a whole number")
    return timedelta(seconds=value)


_as_known_response = as_choice(RESPONSE_TYPES)


def as_response_type(value: object) -> ResponseType:
    """Convert a registered response type; the order of its words means nothing (RFC 6749 3.1.1)."""
    return _as_known_response((known_response_type(value) or value) if isinstance(value, str) else value)


def as_day(latest: date) -> Callable[[object], date]:
    """Return a converter for a day up to `latest`: a YAML date, or text as in 2027-06-30."""

    def convert(value: object) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            day = None
        # A YAML time stamp is a `datetime`, which is a `date` too; only the plain day is meant.
        if type(day) is not date:
            raise RuleBrokenError("day", "the value is not a day", "write it as in 2027-06-30")
        if day > latest:
            raise RuleBrokenError("too-far", "the day is too far ahead", f"choose one up to {latest}")
        return day

    return convert


def as_redirect_uri(application_type: ApplicationType) -> Callable[[object], str]:
    """Return a converter for URIs that `check_redirect_uri` accepts."""

    def convert(value: object) -> str:
        uri = _as_string(value, None)
        check_redirect_uri(uri, application_type)
        return uri

    return convert


def as_texts(value: object) -> dict[str, str]:
    """Return texts by scope, as in `legal_basis`."""
    if not isinstance(value, dict) or len(value) > MAX_LIST_ITEMS:
        raise RuleBrokenError("type", "the value is not a list of names and texts", "write name: text")
    return {as_scope_token(name): as_text(text) for name, text in value.items()}


def as_scope_token(value: object) -> str:
    """Return one scope (RFC 6749 3.3)."""
    token = _as_string(value, 100)
    if not _SCOPE_TOKEN.fullmatch(token):
        raise RuleBrokenError("form", "a name is no scope", "write the scope that the text is about")
    return token


def as_list(value: object) -> list[object]:
    """Return a list of bounded length."""
    if not isinstance(value, list):
        raise RuleBrokenError("type", "the value is not a list", "write a list")
    if len(value) > MAX_LIST_ITEMS:
        raise RuleBrokenError("length", f"the list has more than {MAX_LIST_ITEMS} items", "shorten it")
    return list(value)


def as_scope(value: object) -> tuple[str, ...]:
    """Return the scopes of a space-separated string (RFC 6749 3.3)."""
    scopes = _as_string(value, 2000).split(" ")
    if not all(_SCOPE_TOKEN.fullmatch(scope) for scope in scopes):
        raise RuleBrokenError("form", "a scope is empty or has a wrong character", "separate names by one space")
    if len(set(scopes)) != len(scopes):
        raise RuleBrokenError("duplicate", "a scope is listed twice", "remove one")
    return tuple(scopes)


def as_web_uri(value: object) -> str:
    """Return an https URI, or http to loopback."""
    return _as_web_uri(value, allowed=lambda uri: uri.scheme == "https" or uri.is_loopback)


def as_https_uri(value: object) -> str:
    """Return an https URI."""
    return _as_web_uri(value, allowed=lambda uri: uri.scheme == "https")


def as_request_uri(value: object) -> str:
    """Return a web URI that may have a fragment, by which the same place is told anew (OIDC Registration 2)."""
    text = _as_string(value, None)
    place, mark, fragment = text.partition("#")
    parse_uri(text)
    return as_web_uri(place) + mark + fragment


def as_absolute_uri(value: object) -> str:
    """Return an absolute URI of any scheme without a fragment (RFC 8707 2)."""
    uri = parse_uri(_as_string(value, None))
    if uri.fragment is not None:
        raise RuleBrokenError("no-fragment", "the URI has a fragment", "remove '#' and the rest")
    return uri.text


def _as_web_uri(value: object, *, allowed: Callable[[Uri], bool]) -> str:
    text = as_absolute_uri(value)
    uri = parse_uri(text)
    if not allowed(uri):
        raise RuleBrokenError("https", "the URI is not https", "use https")
    if uri.has_userinfo or not uri.has_usable_host or not uri.has_usable_port:
        raise RuleBrokenError("host", "the URI has no plain host and port", "write https://host/path")
    if is_inner(uri.host):
        raise RuleBrokenError("inner-address", "the host is in no public network", "use a name that everybody resolves")
    return text


def _as_string(value: object, limit: int | None) -> str:
    if not isinstance(value, str):
        raise RuleBrokenError("type", "the value is not text", "write text (in YAML, quote numbers and dates)")
    if limit is not None and len(value) > limit:
        raise RuleBrokenError("length", f"the text has more than {limit} characters", "shorten it")
    return value
