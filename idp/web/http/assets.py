"""Static files under names that change with their content, so that browsers may keep them for ever."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(Struct, frozen=True):
    """One file as it is served."""

    file_name: str
    content: bytes
    media_type: str


class Assets:
    """The static files, read once: by the name in templates and by the hashed name in requests."""

    def __init__(self, by_name: Mapping[str, Asset]) -> None:
        self._by_name = by_name
        self._by_file_name = {asset.file_name: asset for asset in by_name.values()}

    @classmethod
    def load(cls, folder: Path) -> "Assets":
        """Read every file of the folder. Raises KeyError for a kind of file that has no media type here."""
        return cls({path.name: _read(path) for path in sorted(folder.iterdir())})

    def url(self, name: str) -> str:
        """Return the address of a file: `style.css` -> `/static/style.<hash>.css`. Raises KeyError if unknown."""
        return f"/static/{self._by_name[name].file_name}"

    def content(self, name: str) -> bytes:
        """Return what a file holds. Raises KeyError if unknown."""
        return self._by_name[name].content

    def find(self, file_name: str) -> Asset | None:
        """Return the file asked for under its hashed name, or None: a lookup, so no path is ever followed."""
        return self._by_file_name.get(file_name)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:16]
    return Asset(f"{path.stem}.{digest}{path.suffix}", content, _MEDIA_TYPES[path.suffix])
