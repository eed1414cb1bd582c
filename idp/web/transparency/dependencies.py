"""What the public log's addresses are given."""

from msgspec import Struct

from idp.transparency.reading import LogReader


class TransparencyDependencies(Struct, frozen=True):
    """The log, and whose it is."""

    issuer: str
    log: LogReader
