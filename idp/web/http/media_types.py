"""Which of two media types a program would rather have (RFC 9110 12.5.1)."""

import re

from starlette.requests import Request

_JSON = "application/json"
_MOST = 20
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def prefers(request: Request, media_type: str) -> bool:
    """Say whether a request names a media type, and not JSON before it: `*/*` names nothing."""
    accepted = ", ".join(request.headers.getlist("accept"))
    if media_type not in accepted.lower():
        # Nearly nobody names it: introspection is the busiest question there is.
        return False
    named = dict(_weights(accepted))
    return named.get(media_type, 0.0) > 0 and named[media_type] >= named.get(_JSON, 0.0)


def _weights(accept: str) -> list[tuple[str, float]]:
    parts = (one.split(";") for one in accept.split(",")[:_MOST])
    return [(name.strip().lower(), _weight(parameters)) for name, *parameters in parts]


def _weight(parameters: list[str]) -> float:
    found = [match for one in parameters if (match := _WEIGHT.fullmatch(one.strip())) is not None]
    return float(found[0][1]) if found else 1.0
