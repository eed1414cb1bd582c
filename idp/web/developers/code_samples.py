"""Short working code for five stacks and for pages, with the addresses of the running provider put in."""

from collections.abc import Mapping
from pathlib import Path
from re import Match
from re import compile as pattern
from typing import get_args

from idp.protocol.discovery import discovery_document
from idp.web.developers.pages import CodeSample, Stack

_FOLDER = Path(__file__).parent / "code"
_PLACE = pattern(r"@@([a-z_]+)@@")


def code_samples(issuer: str, endpoints: Mapping[str, str]) -> tuple[CodeSample, ...]:
    """Return the code of every stack; raises KeyError for a place that discovery has no word for."""
    return tuple(CodeSample(stack=stack, text=_filled(stack, issuer, endpoints)) for stack in get_args(Stack))


def browser_sample(issuer: str, endpoints: Mapping[str, str]) -> str:
    """Return the code of an app in a page."""
    return _filled("browser", issuer, endpoints)


def _filled(name: str, issuer: str, endpoints: Mapping[str, str]) -> str:
    document = discovery_document(issuer, endpoints)

    def address(found: Match[str]) -> str:
        return str(document[found[1]])

    return _PLACE.sub(address, (_FOLDER / f"{name}.txt").read_text("utf-8"))
