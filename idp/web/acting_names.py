"""For whom something was done, as pages say it."""

from collections.abc import Iterable

from idp.kernel.secrets import Sealer
from idp.protocol.acting_claims import open_acting


def names_in(sealer: Sealer, sealed: Iterable[bytes | None]) -> tuple[str, ...]:
    """Return the names of the principals in what grants keep sealed, each once."""
    principals = [open_acting(sealer, one).acting_for for one in sealed]
    return tuple(dict.fromkeys(principal.name for principal in principals if principal is not None))
