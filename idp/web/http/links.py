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
