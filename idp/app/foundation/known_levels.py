"""Refuses to start while a client in use names a level that the table of levels lacks."""

from collections.abc import Iterable

from clients.model import Client
from idp.environment import SettingsError
from idp.sign_in.levels import unknown_levels


def refuse_unknown_levels(clients: Iterable[Client]) -> None:
    """Raise `SettingsError`, in one line, for the first client in use that names a level of another table."""
    for client in clients:
        for level in unknown_levels(client) if client.active else ():
            raise SettingsError(
                f"IDP_LEVELS_FILE: the client {client.client_id} names the level {level}, which the table lacks: "
                "add it, or correct the client (idp clients apply)"
            )
