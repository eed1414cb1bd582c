"""The table of commands, and how a failure leaves the process.

Exit codes: 0 done; 1 refused or failed; 2 the command line, a setting or a file is wrong.
"""

import sys

import typer

from clients.errors import ClientChangedError, ClientFileError, ClientsError
from idp.cli.accounts import accounts_program
from idp.cli.admins import admins_program
from idp.cli.agencies import agencies_program
from idp.cli.audit import audit_program
from idp.cli.clients import clients_program
from idp.cli.doctor import doctor_command
from idp.cli.errors import OperatorError
from idp.cli.keys import keys_program
from idp.cli.officers import officers_program
from idp.cli.output import tell
from idp.cli.passwords import passwords_program
from idp.cli.prepare import migrate_command, prepare_command
from idp.cli.sandbox import sandbox_program
from idp.cli.transparency import transparency_program
from idp.cli.worker import worker_command
from idp.kernel.errors import IdpError, TemporarilyUnavailableError
from idp.kernel.secrets import SealBrokenError
from idp.settings import SettingsError
from keys.errors import KeysError, MasterKeyError
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
program.command("doctor")(doctor_command)
program.command("worker")(worker_command)
program.add_typer(clients_program, name="clients")
program.add_typer(sandbox_program, name="sandbox")
program.add_typer(keys_program, name="keys")
program.add_typer(accounts_program, name="accounts")
program.add_typer(officers_program, name="officers")
program.add_typer(agencies_program, name="agencies")
program.add_typer(admins_program, name="admins")
program.add_typer(passwords_program, name="passwords")
program.add_typer(audit_program, name="audit")
program.add_typer(transparency_program, name="transparency")


def main() -> None:
    """Run the command that the process was called with; end the process with its exit code."""
    try:
        program()
    except (SettingsError, ClientFileError) as error:
        _leave(str(error), _WRONG_INPUT)
    except MasterKeyError as error:
        _leave(f"IDP_MASTER_KEY_FILE: {error}", _WRONG_INPUT)
    except ClientChangedError as error:
        _leave(f"somebody else changed {error} at the same time; look at it, then run the command again", _FAILED)
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
