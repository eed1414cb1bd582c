"""How clients are written together with the change that wants it."""

from idp.adapters.sql.clients.reads import INSERT, RAISE_VERSION, UPDATE, columns_of
from idp.adapters.sql.engine.statements import Parameters
from idp.adapters.sql.engine.writes import write
from idp.admin.clients.effects import RegisterClient, ReplaceClient


def _register(effect: RegisterClient) -> Parameters:
    return columns_of(effect.client)


def _replace(effect: ReplaceClient) -> Parameters:
    return {**columns_of(effect.client), "expected_version": effect.expected_version}


CLIENT_WRITES = dict(
    [
        write(RegisterClient, _register, RAISE_VERSION, INSERT, decides=1),
        write(ReplaceClient, _replace, RAISE_VERSION, UPDATE, decides=1),
    ]
)
