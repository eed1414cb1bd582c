"""One exchange with a register: the bytes of its answer, or why there are none."""

import asyncio

from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.proofing.registers.ports import Garbled, NoAnswer

# A page of a hundred changes needs a quarter of it, an answer about one person a hundredth. Readers hold to it too.
MAX_BYTES = 256 * 1024


async def exchange(caller: HttpCaller, request: OutboundRequest) -> bytes | NoAnswer | Garbled:
    """Return the body of an answer with status 200; the deadline holds also for a caller that forgets it."""
    try:
        async with asyncio.timeout(request.deadline.total_seconds()):
            response = await caller.call(request)
    except TimeoutError:
        return NoAnswer("timeout")
    except EgressError as error:
        return Garbled(error.reason) if error.reason == "oversized" else NoAnswer(error.reason)
    return response.body if response.status == 200 else NoAnswer(f"http_{response.status}")
