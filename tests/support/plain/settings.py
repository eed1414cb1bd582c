"""A plain store of national settings in memory."""

from collections.abc import Sequence

from idp.settings.model import StoredSetting


class PlainSettings:
    """Keeps every version of every setting in a list."""

    def __init__(self, *stored: StoredSetting) -> None:
        self.stored = list(stored)
        self.reads: list[str] = []

    async def generation(self) -> int:
        """Return how many versions there are."""
        self.reads.append("generation")
        return len(self.stored)

    async def newest(self) -> Sequence[StoredSetting]:
        """Return the last of each name."""
        self.reads.append("newest")
        return tuple({one.name: one for one in self.stored}.values())

    async def find(self, name: str) -> StoredSetting | None:
        """Return the last of one name."""
        return {one.name: one for one in self.stored}.get(name)
