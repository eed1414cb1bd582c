"""The `claims` parameter: single claims, for userinfo or the ID token, with the values that they must have.

Read strictly and bounded before anything is decided on it (OIDC Core 5.5): what is no JSON object of this form is
refused, what nobody here understands is passed over, as the standard says.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from idp.kernel.strict_json import is_unicode, read_strictly
from idp.protocol.errors import INVALID_REQUEST, ProtocolError
from idp.protocol.requested_claims import VERIFIED
from idp.protocol.stated_purposes import is_purpose

# A thousand names of claims are no request; more than this nobody asks a person.
MAX_BYTES = 4 * 1024
MAX_CLAIMS = 60
MAX_VALUES = 10
# Evidence that Identity Assurance asks for stands eight levels deep.
MAX_DEPTH = 10


class Demand(Struct, frozen=True):
    """What a request says of one claim; no values: any will do. `purpose` is the client's own text for the person."""

    essential: bool = False
    values: tuple[object, ...] = ()
    purpose: str = ""


Demands = Mapping[str, Demand]


class ClaimsAt(Struct, frozen=True):
    """What is asked for at one place; `verified` is read by a form of its own (OpenID Identity Assurance 6)."""

    plain: Demands = field(default_factory=dict)
    verified: object = None


class ClaimsParameter(Struct, frozen=True):
    """The two members that the standard knows."""

    userinfo: ClaimsAt
    id_token: ClaimsAt


class ClaimsRefusedError(Exception):
    """The parameter has no form of OIDC Core 5.5; `error` is what the client is told."""

    def __init__(self, said: str, error: ProtocolError = INVALID_REQUEST) -> None:
        super().__init__(said)
        self.error = error.because(said)


def parse_claims(text: str) -> ClaimsParameter:
    """Return the parameter; raises `ClaimsRefusedError` for what is malformed or too much."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ClaimsRefusedError("'claims' has more than 4 KiB.")
    members = read_object(_decoded(text))
    if _depth(members) > MAX_DEPTH:
        raise ClaimsRefusedError("'claims' is nested too deeply.")
    asked = ClaimsParameter(_claims_at(members.get("userinfo")), _claims_at(members.get("id_token")))
    if len(asked.userinfo.plain) + len(asked.id_token.plain) > MAX_CLAIMS:
        raise ClaimsRefusedError("'claims' asks for too many claims.")
    return asked


def read_demand(value: object) -> Demand:
    """Return what is said of one claim: null, or an object (OIDC Core 5.5.1)."""
    if value is None:
        return Demand()
    members = read_object(value)
    essential = members.get("essential", False)
    if not isinstance(essential, bool):
        raise ClaimsRefusedError("'essential' in 'claims' is no boolean.")
    return Demand(essential, _values(members), read_purpose(members.get("purpose")))


def read_purpose(value: object) -> str:
    """Return the text that says what a claim is for; an empty one where there is none (OpenID Identity Assurance 6)."""
    if value is None:
        return ""
    if not isinstance(value, str) or not is_purpose(value):
        raise ClaimsRefusedError("A 'purpose' in 'claims' is no line of 3 to 300 characters.")
    return value


def _claims_at(member: object) -> ClaimsAt:
    if member is None:
        return ClaimsAt()
    members = read_object(member)
    plain = {name: read_demand(value) for name, value in members.items() if name != VERIFIED}
    return ClaimsAt(plain, members.get(VERIFIED))


def _values(members: Mapping[str, object]) -> tuple[object, ...]:
    if "value" in members and "values" in members:
        raise ClaimsRefusedError("A claim in 'claims' has both 'value' and 'values'.")
    if "value" in members:
        return (_plain(members["value"]),)
    values = members.get("values")
    if values is None:
        return ()
    if not isinstance(values, list) or not 0 < len(values) <= MAX_VALUES:
        raise ClaimsRefusedError("'values' in 'claims' is no list of 1 to 10 values.")
    return tuple(_plain(value) for value in values)


def _plain(value: object) -> object:
    """Refuse what cannot be compared: nothing, numbers that are not exact, texts that are no Unicode."""
    if value is None or isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53):
        raise ClaimsRefusedError("A value in 'claims' is no exact value.")
    if isinstance(value, str) and not is_unicode(value):
        raise ClaimsRefusedError("A value in 'claims' is no exact value.")
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _plain(inner)
    return value


def read_object(value: object) -> dict[str, object]:
    """Return a JSON object; raises `ClaimsRefusedError` for anything else."""
    if not isinstance(value, dict):
        raise ClaimsRefusedError("'claims' is no JSON object of claims.")
    return value


def _decoded(text: str) -> object:
    try:
        return read_strictly(text)
    except ValueError as error:
        raise ClaimsRefusedError("'claims' is no JSON.") from error


def _depth(value: object) -> int:
    deepest, ahead = 0, [(value, 1)]
    while ahead:
        one, depth = ahead.pop()
        deepest = max(deepest, depth)
        ahead.extend((inner, depth + 1) for inner in _inside(one))
    return deepest


def _inside(value: object) -> Iterator[object]:
    inner: Iterator[object] = iter(())
    if isinstance(value, dict):
        inner = iter(value.values())
    elif isinstance(value, list):
        inner = iter(value)
    return (one for one in inner if isinstance(one, dict | list))
