"""The document at a `sector_identifier_uri`: whoever serves it says which clients may share its subjects.

OIDC Registration 5: without it, whoever names another's host would know its people by the subjects it has.
"""

from datetime import timedelta

import msgspec
from msgspec import Struct

from clients.errors import Problem
from clients.model import Client
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest

_DEADLINE = timedelta(seconds=5)
_MAX_BYTES = 64 * 1024
_FOUND = 200
# A change of one of these asks the document anew.
OF_THE_SECTOR = frozenset({"sector_identifier_uri", "redirect_uris", "subject_type"})


class SectorFinding(Struct, frozen=True):
    """What is wrong with a sector's document; `contradicts` where it came and does not name the client."""

    problem: Problem
    contradicts: bool


class SectorCheck(Struct, frozen=True):
    """Fetches sectors' documents, by the rules of every outbound call."""

    caller: HttpCaller

    async def check(self, client: Client) -> SectorFinding | None:
        """Return what is wrong now; None where nothing is, or the client names no document."""
        uri = client.sector_identifier_uri
        if uri is None or client.subject_type == "public":
            return None
        asked = OutboundRequest(
            "GET", uri, _DEADLINE, headers={"Accept": "application/json"}, max_response_bytes=_MAX_BYTES
        )
        try:
            answer = await self.caller.call(asked)
        except EgressError as error:
            return _nothing(error.reason)
        return judge_sector(client, answer.status, answer.body)


def judge_sector(client: Client, status: int, body: bytes) -> SectorFinding | None:
    """Return what an answer says of a client: each redirect URI stands in it, byte for byte."""
    if status != _FOUND:
        return _nothing(str(status))
    try:
        named = frozenset(msgspec.json.decode(body, type=list[str]))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        reason = "the document is not a JSON array of texts"
        return _finding(reason, contradicts=True)
    missing = sum(uri not in named for uri in client.redirect_uris)
    reason = f"the document does not name {missing} of the redirect URIs"
    return _finding(reason, contradicts=True) if missing else None


def contradictions(finding: SectorFinding | None) -> list[Problem]:
    """Return what refuses a registration that somebody of the agency vouches for.

    A document that says otherwise does; one that nobody can fetch yet is a warning, as a key set is in the sandbox.
    """
    return [finding.problem] if finding is not None and finding.contradicts else []


def _nothing(cause: str) -> SectorFinding:
    reason = f"nothing came from the address ({cause})"
    return _finding(reason, contradicts=False)


def _finding(reason: str, *, contradicts: bool) -> SectorFinding:
    remedy = "publish a JSON array with every redirect URI of every client of the sector"
    return SectorFinding(Problem("sector_identifier_uri", "sector-live", reason, remedy), contradicts)
