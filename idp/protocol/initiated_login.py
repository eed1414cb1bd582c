"""A sign-in that begins here and is asked for by the client itself (OIDC Core 4)."""

from urllib.parse import urlencode

from clients.model import Client


def initiated_login_address(issuer: str, client: Client) -> str | None:
    """Return where a person opens the client's service, None where it registered no such address or is stopped.

    `iss` alone: a `target_link_uri` or `login_hint` that came from elsewhere would lead people where its sender likes.
    """
    uri = client.initiate_login_uri
    if uri is None or not client.active:
        return None
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'iss': issuer})}"
