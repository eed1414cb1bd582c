"""How clients are found by what somebody types: words of their names, with or without marks, ids, agencies, hosts."""

from collections.abc import Callable
from urllib.parse import urlsplit

from clients.model import Client
from idp.agencies.search import folded


class ClientSearch:
    """Finds clients of one process's registry; the text that a client is found by is made once for each version."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._texts: dict[str, tuple[int, str]] = {}

    def finder(self, typed: str) -> Callable[[Client], bool]:
        """Return what says of a client whether each typed word begins one of its own; nothing typed finds all."""
        wanted = [f" {word}" for word in folded(typed).split()]
        return lambda client: all(word in self._text(client) for word in wanted) if wanted else True

    def _text(self, client: Client) -> str:
        version, text = self._texts.get(client.client_id, (-1, ""))
        if version == client.version:
            return text
        hosts = (urlsplit(uri).netloc for uri in client.redirect_uris)
        texts = (client.client_id, *client.client_name.values(), client.agency or "", *hosts)
        text = f" {folded(' '.join(texts))}"
        self._texts[client.client_id] = (client.version, text)
        return text
