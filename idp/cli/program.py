"""The table of commands, and how a failure leaves the process.

Exit codes: 0 done; 1 refused or failed; 2 the command line, a setting or a file is wrong.
"""

import sys

import typer

from clients.errors import ClientFileError, ClientsError
from idp.cli.errors import OperatorError
from idp.cli.output import tell
from idp.cli.prepare import migrate_command, prepare_command
from idp.kernel.errors import IdpError, TemporarilyUnavailableError
from idp.kernel.secrets import SealBrokenError
from idp.settings import SettingsError
from keys.errors import KeysError
from keys.errors import SealBrokenError as KeySealBrokenError

_FAILED, _WRONG_INPUT = 1, 2

program = typer.Typer(
    name="idp",
    help="Operates the national sign-on provider. Settings come from the environment (IDP_…; docs/operations.md).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
program.command("migrate")(migrate_command)
program.command("prepare")(prepare_command)


def main() -> None:
    """Run the command that the process was called with; end the process with its exit code."""
    try:
        program()
    except (SettingsError, ClientFileError) as error:
        _leave(str(error), _WRONG_INPUT)
    except (OperatorError, ClientsError) as error:
        _leave(str(error), _FAILED)
    except (SealBrokenError, KeySealBrokenError):
        _leave(
            "IDP_MASTER_KEY_FILE: this master key does not open what the database holds; restore the one it belongs to",
            _FAILED,
        )
    except TemporarilyUnavailableError as error:
        _leave(f"a store does not answer ({error.detail}); see `idp doctor`, then try again", _FAILED)
    except (KeysError, IdpError) as error:
        _leave(str(error), _FAILED)


def _leave(text: str, code: int) -> None:
    tell(f"idp: {text}")
    sys.exit(code)
