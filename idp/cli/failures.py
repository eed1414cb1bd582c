"""How a failure leaves the process: one line for the person at the terminal, and an exit code.

Exit codes: 0 done; 1 refused or failed; 2 the command line, a setting or a file is wrong.
"""

from clients.errors import ClientChangedError, ClientFileError, ClientsError
from idp.adapters.sql.engine.errors import DatabaseAddressError
from idp.cli.errors import OperatorError
from idp.environment import SettingsError
from idp.kernel.errors import IdpError, TemporarilyUnavailableError
from idp.kernel.generations import DataKeyLockedError
from idp.kernel.installation import InstallationError
from idp.kernel.secrets import SealBrokenError
from keys.errors import KeysError, MasterKeyError
from keys.errors import SealBrokenError as KeySealBrokenError

_FAILED, _WRONG_INPUT = 1, 2


def explain(failure: Exception) -> tuple[str, int] | None:
    """Return what to say of a failure and the exit code; None for a fault of the program, which shows its traceback."""
    match failure:
        case SettingsError() | ClientFileError() | InstallationError():
            return str(failure), _WRONG_INPUT
        case DatabaseAddressError():
            return f"IDP_DATABASE_URL: {failure}", _WRONG_INPUT
        case MasterKeyError():
            return f"IDP_MASTER_KEY_FILE: {failure}", _WRONG_INPUT
        case ClientChangedError():
            text = f"somebody else changed {failure} at the same time; look at it, then run the command again"
            return text, _FAILED
        case SealBrokenError() | KeySealBrokenError():
            return _locked(failure), _FAILED
        case TemporarilyUnavailableError():
            return f"a store does not answer ({failure.detail}); see `idp doctor`, then try again", _FAILED
        case OperatorError() | ClientsError() | KeysError() | IdpError():
            return str(failure), _FAILED
        case _:
            return None


def _locked(failure: Exception) -> str:
    """Return why something does not open: the whole database under this master key, or one value in its row."""
    if isinstance(failure, SealBrokenError) and not isinstance(failure, DataKeyLockedError):
        why = "it was changed, copied from another row, or sealed under a key that is retired"
        return f"a stored value is not what was sealed there ({failure.detail}): {why}"
    return "IDP_MASTER_KEY_FILE: this master key does not open what the database holds; restore the one it belongs to"
