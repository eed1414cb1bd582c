"""An authorization request that waits for its person."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from idp.protocol.authorize.submitted import Provenance


class Interaction(Struct, frozen=True):
    """The request's parameters, when it began, whether somebody consented since, in which session, and a code check.

    `over`: it was answered. Whoever goes back to its pages begins the request anew.
    """

    parameters: Mapping[str, str]
    began_at: datetime
    consented_at: datetime | None = None
    consented_in: str = ""
    code_draft: str | None = None
    over: bool = False
    # How the parameters came, and what is spent when they are answered.
    provenance: Provenance = Provenance.PLAIN
    reference: str = ""
