"""Pictures of clients, by their content."""

from idp.adapters.sql.clients.logo_tables import logos
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.admin.clients.logo import KeepLogo

_FIND = statement("SELECT picture FROM logos WHERE name = :name")


class SqlLogos:
    """Implements `idp.web.oauth.logos.LogoReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find(self, name: str) -> bytes | None:
        """Return a picture."""
        for (content,) in await self._engine.read(_FIND, {"name": name}):
            return bytes(content) if isinstance(content, bytes | memoryview) else None
        return None


# Who brings a picture back begins its time anew: a proposal may wait for two weeks.
_RENEWED = "ON CONFLICT (name) DO UPDATE SET kept_at = excluded.kept_at"
LOGO_WRITES = dict(
    [
        write(
            KeepLogo,
            insert_into(logos, _RENEWED),
            name=lambda effect: effect.picture.name,
            picture="picture.content",
            kept_at="at",
        )
    ]
)
