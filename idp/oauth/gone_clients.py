"""What becomes of a message whose client this process does not know, or has no address to tell it at."""

from datetime import datetime

from idp.kernel.outbox import Backoff, Message, Outcome

CLIENT_GONE = "client_gone"
# Half a minute or more, with waits that double. A process reads the registry anew every 0.4 s, later when it is
# busy: a client that was registered in between is known to others, and its people have signed in there.
TRIES = 5


def gone(message: Message, backoff: Backoff, now: datetime) -> Outcome:
    """Return the outcome of a try that found nobody to tell: final once enough tries found nobody."""
    again = backoff.next_try(message, now) if message.attempts < TRIES else None
    return Outcome(delivered=False, result=CLIENT_GONE, retry_at=again)
