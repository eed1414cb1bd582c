"""Whom a client of the sandbox may be sent: nobody approved its addresses (RFC 9700 4.11.2)."""

from clients.model import Client
from clients.trial_client import is_trial_client
from idp.sessions.model import SessionView


def may_be_led_to(client: Client, view: SessionView | None) -> bool:
    """Say whether a browser may be led to a client without a code: from the sandbox only who tries it out.

    Else it would be an open redirect from a national host. The trial client of a client leads to our own page of trial
    runs.
    """
    if client.stage != "sandbox" or is_trial_client(client.client_id):
        return True
    return view is not None and view.account.kind.value in client.takes_accounts
