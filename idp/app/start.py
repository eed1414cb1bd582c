"""Why a process does not start, in one line for whoever operates it."""

import structlog

from idp.adapters.sql.engine.errors import DatabaseAddressError
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.installation import InstallationError
from idp.kernel.secrets import SealBrokenError
from keys.errors import MasterKeyError
from keys.errors import SealBrokenError as KeySealBrokenError

_log = structlog.get_logger("idp.app")


def reporting_start_failure(error: Exception) -> bool:
    """Write down why the start failed; False for what nobody expected, whose type and place matter."""
    reason = _reason(error)
    if reason:
        _log.critical("start_failed", reason=reason)
    return bool(reason)


def _reason(error: Exception) -> str:
    match error:
        case InstallationError():
            return str(error)
        case MasterKeyError():
            return f"IDP_MASTER_KEY_FILE: {error}"
        case SealBrokenError() | KeySealBrokenError():
            return "IDP_MASTER_KEY_FILE: this master key does not open what the database holds; restore the one of it"
        case DatabaseAddressError():
            return f"IDP_DATABASE_URL: {error}"
        case TemporarilyUnavailableError():
            # The only store that must answer at the start: without the short-lived store a server is degraded.
            return f"IDP_DATABASE_URL: does not answer ({error.detail}); start it, migrate it, or correct the address"
        case _:
            return ""
