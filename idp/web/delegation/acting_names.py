"""For whom something was done, and how long one may, as pages say it."""

from collections.abc import Iterable
from datetime import datetime

from idp.delegation.mandates.policy import WITHOUT_END
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer
from idp.protocol.extensions.acting_claims import open_acting
from idp.web.http.local_time import last_day


def names_in(sealer: Sealer, sealed: Iterable[bytes | None]) -> tuple[str, ...]:
    """Return the names of the principals in what grants keep sealed, each once."""
    principals = [open_acting(sealer, one).acting_for for one in sealed]
    return tuple(dict.fromkeys(principal.name for principal in principals if principal is not None))


def mandate_end(ends_at: datetime, locale: Locale) -> str:
    """Return the last day of a mandate; empty for one that lasts until a register says otherwise."""
    return "" if ends_at == WITHOUT_END else last_day(ends_at, locale)
