"""A setting as the store keeps it, and the port of that store."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol

import orjson
from msgspec import Struct

from clients.document import Document
from idp.kernel.effects import Effect


class StoredSetting(Struct, frozen=True):
    """One version of a setting. Versions begin at 1; before the first one the default stands."""

    name: str
    version: int
    document: Document
    changed_at: datetime


class SettingStore(Protocol):
    """Keeps every version of every setting."""

    async def generation(self) -> int:
        """Return how often any setting has changed; cheap enough to ask twice a second."""

    async def newest(self) -> Sequence[StoredSetting]:
        """Return the newest version of each setting that was ever changed."""

    async def find(self, name: str) -> StoredSetting | None:
        """Return the newest version of one setting."""


class WriteSetting(Effect):
    """Keep the version of a setting that follows the one that was read. Too late if there is one already."""

    setting: StoredSetting
    claim: ClassVar[bool] = True


def digest_of(document: Document) -> str:
    """Return what the public transparency log tells of a document."""
    return "sha256:" + hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
