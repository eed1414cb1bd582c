"""A caller that hangs up in the middle of a request is no fault of the program that was called."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response


async def nobody_is_there(_request: Request, _error: Exception) -> Response:
    """Return an answer that nobody will read, so that no error is logged for a caller that gave up."""
    return Response(status_code=400)


HANG_UPS = {ClientDisconnect: nobody_is_there}
