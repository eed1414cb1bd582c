"""A client's logo: fetched once when its address is registered, checked, and kept by its content.

What a second person approves is the picture itself: whatever the address answers later, people see the one approved.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from clients.errors import Problem, RuleBrokenError
from clients.model import Client
from clients.pictures import MAX_BYTES, Picture, read_picture
from idp.kernel.effects import Effect
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from records.structs import replace

_DEADLINE = timedelta(seconds=5)
_FOUND = 200


class KeepLogo(Effect, kw_only=True):
    """Keep a picture by its name; one that is there already is the same."""

    picture: Picture
    at: datetime
    claim: ClassVar[bool] = False


class LogoFetch(Struct, frozen=True):
    """Fetches logos of registrations, by the rules of every outbound call."""

    caller: HttpCaller

    async def fetch(self, uri: str) -> Picture:
        """Return the picture at an address. Raises `RuleBrokenError` where there is none that may be shown."""
        asked = OutboundRequest("GET", uri, _DEADLINE, headers={"Accept": "image/png, image/jpeg"})
        try:
            answer = await self.caller.call(replace(asked, max_response_bytes=MAX_BYTES))
        except EgressError as error:
            raise _nothing(error.reason) from error
        if answer.status != _FOUND:
            raise _nothing(str(answer.status))
        return read_picture(answer.body)

    async def with_logo(self, client: Client, now: datetime) -> tuple[Client, tuple[KeepLogo, ...]]:
        """Return a client with its logo, and what keeps a new one. Raises `RuleBrokenError`."""
        if client.logo_uri is None or client.logo is not None:
            return client, ()
        picture = await self.fetch(client.logo_uri)
        return replace(client, logo=picture.name), (KeepLogo(picture=picture, at=now),)


def problem_of(error: RuleBrokenError) -> Problem:
    """Return why there is no logo, as a problem of the member."""
    return Problem("logo_uri", "logo-live", error.reason, error.remedy)


def _nothing(cause: str) -> RuleBrokenError:
    remedy = "let the address answer everybody with the picture, without leading elsewhere"
    return RuleBrokenError("no-picture", f"there is no picture ({cause})", remedy)
