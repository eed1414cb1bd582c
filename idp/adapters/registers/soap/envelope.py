"""The envelope of SOAP 1.1, out and in: what an answer holds, told by paths inside its body."""

from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape

from msgspec import Struct

from idp.adapters.registers.xml_reader import Path, UnreadableXmlError, read_labelled
from idp.proofing.registers.ports import Garbled, NoAnswer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
REQUEST = "http://dancuquocgia.bca"

_BODY: Path = (f"{SOAP} Envelope", f"{SOAP} Body")
_FAULT, _ANSWER = "Fault", "Answer"
# From a path inside the body to the name of what is wanted there, or None.
Wanted = Callable[[Path], str | None]


class Field(Struct, frozen=True):
    """One element of a question: a text, or further elements."""

    name: str
    content: "str | tuple[Field, ...]"

    def written(self) -> str:
        """Return the element as XML."""
        if isinstance(self.content, str):
            return f"<dan:{self.name}>{escape(self.content)}</dan:{self.name}>"
        return f"<dan:{self.name}>{''.join(field.written() for field in self.content)}</dan:{self.name}>"


def write_envelope(operation: str, fields: Iterable[Field]) -> bytes:
    """Return a question; the order of the fields is an XML sequence."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:dan="{REQUEST}"><soapenv:Header/><soapenv:Body>'
        f"{Field(operation, tuple(fields)).written()}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def read_body(body: bytes, wanted: Wanted) -> list[tuple[str, str]] | NoAnswer | Garbled:
    """Return (name, text) of each wanted element in the order in which they end; nothing else survives the reading."""

    def label(path: Path) -> str | None:
        if path == (*_BODY, f"{SOAP} Fault"):
            return _FAULT
        if path[:2] != _BODY or len(path) == 2:
            return None
        return wanted(path[2:]) or (_ANSWER if len(path) == 3 else None)

    try:
        found = read_labelled(body, label)
    except UnreadableXmlError as error:
        return Garbled(error.reason)
    names = {name for name, _ in found}
    if _FAULT in names:
        return NoAnswer("fault")
    # A page or a cut answer without a SOAP body must not pass for "this person does not exist".
    return [pair for pair in found if pair[0] != _ANSWER] if names else Garbled("not_an_answer")
