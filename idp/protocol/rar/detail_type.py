"""What a type of authorization details is: the one thing that a new type gives (RFC 9396 2.1)."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from clients.model import AuthorizationDetailsType

Detail = Mapping[str, object]


class DetailRefusedError(Exception):
    """A detail is not of the form that its type has; the text is what the client is told: ASCII, without its values."""


class DetailType(Struct, frozen=True):
    """One type. Its heading on the page is the text `details.<name>`.

    `read` gets the members beside `type` and returns those that are kept and granted, or raises `DetailRefusedError`
    for an unknown, missing or malformed one (RFC 9396 5). `shown` is what the person reads of a detail that was read.
    """

    name: AuthorizationDetailsType
    read: Callable[[Detail], Detail]
    shown: Callable[[Detail], str]
