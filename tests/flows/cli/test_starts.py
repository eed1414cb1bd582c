"""A server that cannot start says why in one line, and makes no master key beside keys that another one sealed."""

import orjson
import pytest

from tests.flows.cli.operator import Operator
from tests.support.patience import patient
from tests.support.running.servers import REPOSITORY, free_port
from tests.support.running.warm_process import SERVER, WORKER, warm_process

EITHER = pytest.mark.parametrize("program", [SERVER, WORKER], ids=["server", "worker"])


def reason_of(operator: Operator, program: tuple[str, ...] = SERVER) -> str:
    """Return what the one line of a failed start says."""
    operator.settings["IDP_LISTEN"] = f"127.0.0.1:{free_port()}"
    log = operator.folder / "start.log"
    log.unlink(missing_ok=True)
    assert warm_process(REPOSITORY).start(log, operator.environment, program).wait(patient(60)) != 0
    (line,) = log.read_text("utf-8").splitlines()
    reported = orjson.loads(line)
    assert reported["event"] == "start_failed"
    return str(reported["reason"])


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (
            "postgresql+asyncpg://idp:hidden-word@127.0.0.1:{port}/idp",
            "IDP_DATABASE_URL: does not answer (postgresql: ",
        ),
        ("postgresql+asyncpg://idp:hidden-word@127.0.0.1:port/idp", "IDP_DATABASE_URL: the address cannot be read"),
        ("sqlite+aiosqlite:///{folder}/mistyped.db", "IDP_DATABASE_URL: does not answer (sqlite: "),
    ],
    ids=["nobody there", "no port", "no file"],
)
def test_a_wrong_address_of_the_database_is_one_line(operator: Operator, address: str, reason: str) -> None:
    operator.database_url = address.format(port=free_port(), folder=operator.folder)
    reported = reason_of(operator)
    assert reported.startswith(reason)
    assert "hidden-word" not in reported


@EITHER
def test_a_missing_master_key_beside_a_database_with_keys_stops_the_start(
    operator: Operator, program: tuple[str, ...]
) -> None:
    operator.master_key.unlink()
    assert reason_of(operator, program).startswith(f"IDP_MASTER_KEY_FILE: {operator.master_key}: no master key there")
    assert not operator.master_key.exists()


def test_another_master_key_stops_the_start(operator: Operator) -> None:
    operator.master_key.write_text("A" * 43)
    assert reason_of(operator).startswith("IDP_MASTER_KEY_FILE: this master key does not open")
