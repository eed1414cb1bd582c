"""Which addresses from a client's registration may become a link or a picture on our pages."""

from urllib.parse import urlsplit


def secure_link(uri: str | None) -> str | None:
    """Return the address if it is https with a host, else None (OIDC Registration 2: client-supplied URLs)."""
    if uri is None:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return uri if parts.scheme == "https" and parts.hostname else None


def safe_link(uri: str) -> str | None:
    """Return a post-logout address if following it runs no script, else None.

    Allowed are http, https, and an app's own scheme, which contains a dot (RFC 8252 7.1); that leaves out
    `javascript:` and its kin.
    """
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        return None
    return uri if scheme in {"http", "https"} or "." in scheme else None
