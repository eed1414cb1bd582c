"""One grant of the token endpoint: a row of its table."""

from collections.abc import Callable

from authlib.oauth2.rfc6749 import grants
from msgspec import Struct

from idp.protocol.answers import Decision
from idp.protocol.decider import Decider


class TokenGrant(Struct, frozen=True):
    """How a grant is decided: by Authlib's class for it with our rules in its hooks.

    The hooks read what `idp/oauth/grants.py` loaded for the grant as `server.facts_of_grant`.
    """

    engine: type[grants.BaseGrant]
    # What is decided instead when a claim among the effects comes too late; None: load and decide anew.
    when_late: Callable[[Decider], Decision | None] | None = None

    @property
    def grant_type(self) -> str:
        """Return the value of `grant_type` in a request."""
        return str(self.engine.GRANT_TYPE)
