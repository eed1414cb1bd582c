"""Other clients' APIs that a person agreed to (RFC 8707), as a kept consent names them: by their resources."""

from collections.abc import Iterable, Iterator

from clients.model import Client

_AGREED = "api:"


def others_among(issuer: str, client: Client, resources: Iterable[str]) -> tuple[str, ...]:
    """Return those of the resources that belong neither to the client nor to this provider."""
    return tuple(one for one in resources if one not in {issuer, client.audience})


def agreed_resources(issuer: str, client: Client, resources: Iterable[str]) -> tuple[str, ...]:
    """Return the words that a consent keeps for other clients' APIs."""
    return tuple(f"{_AGREED}{one}" for one in others_among(issuer, client, resources))


def is_agreed_resource(word: str) -> bool:
    """Say whether a word of a kept consent is about an API, and is no scope."""
    return word.startswith(_AGREED)


def resources_among(words: Iterable[str]) -> Iterator[str]:
    """Return the resources among the words of a kept consent."""
    return (word.removeprefix(_AGREED) for word in words if word.startswith(_AGREED))
