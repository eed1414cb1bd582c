"""Parameters of a request: parsed once, strictly (RFC 6749 3.1, 3.2, Appendix B)."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct, field

from clients.model import ClientId

# The longest of our own, the guided form of a client, has nearly 120 where everything is ticked.
MAX_FIELDS: Final = 150


class FormError(ValueError):
    """The bytes are no form: the text says what is wrong with them and may be shown."""


class Form(Struct, frozen=True):
    """Parameters by name. `repeated` names those sent more than once; the first value is kept.

    `every` has all values of those, for the one parameter that may be repeated (`idp.protocol.resources`).
    """

    data: Mapping[str, str]
    repeated: frozenset[str]
    every: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """Return a parameter; None when absent or empty: both mean "not sent" (RFC 6749 3.1)."""
        return self.data.get(name) or None

    def words(self, name: str) -> tuple[str, ...]:
        """Return a space-separated parameter as its words, without doubles, in order."""
        return tuple(dict.fromkeys((self.data.get(name) or "").split(" "))) if self.get(name) else ()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Return every parameter as it was sent."""
        for name, value in self.data.items():
            yield from ((name, one) for one in self.every.get(name, (value,)))


EMPTY_FORM: Final = Form({}, frozenset())


def parse_form(raw: bytes) -> Form:
    """Return the parameters of a query or body. Raises `FormError` for what is not UTF-8 or has too many fields."""
    if not raw:
        return EMPTY_FORM
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise FormError("the parameters are not UTF-8 in percent-encoding") from error
    except ValueError as error:
        raise FormError("there are too many parameters") from error
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise FormError("a parameter holds a NUL character")
    return collect(pairs)


def collect(pairs: list[tuple[str, str]]) -> Form:
    """Return a form of name-value pairs, noting what came twice."""
    data: dict[str, str] = {}
    every: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name in data:
            every[name] = (*every.get(name, (data[name],)), value)
        else:
            data[name] = value
    return Form(data, frozenset(every), every)


def stated_client(form: Form) -> ClientId | None:
    """Return the client that a form names."""
    client_id = form.get("client_id")
    return None if client_id is None else ClientId(client_id)
