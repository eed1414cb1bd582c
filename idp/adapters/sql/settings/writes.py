"""National settings on SQL: each version a row, all changes counted by one counter that processes watch."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from idp.adapters.sql.engine.instants import from_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, statement
from idp.adapters.sql.engine.writes import write
from idp.settings.model import StoredSetting, WriteSetting


class _Row(NamedTuple):
    """The columns that are read, in their order."""

    setting: str
    version: int
    content: str
    changed_at: int


_COLUMNS = ", ".join(_Row._fields)
_GENERATION = statement("SELECT version FROM change_counters WHERE topic = 'settings'")
_NEWEST = statement(f"""
    SELECT {_COLUMNS} FROM national_settings s
    WHERE version = (SELECT MAX(n.version) FROM national_settings n WHERE n.setting = s.setting)
""")  # noqa: S608 (constants, here and below)
_FIND = statement(f"SELECT {_COLUMNS} FROM national_settings WHERE setting = :setting ORDER BY version DESC LIMIT 1")  # noqa: S608
# First, in every change: its row lock makes generations visible in their order, as with clients.
_RAISE = statement("UPDATE change_counters SET version = version + 1 WHERE topic = 'settings'")
# Of two that follow the same version, the key takes one.
_WRITE = statement("""
    INSERT INTO national_settings (setting, version, content, changed_at)
    VALUES (:setting, :version, :content, :changed_at)
    ON CONFLICT DO NOTHING
    RETURNING 1
""")


class SqlSettings:
    """Implements `idp.settings.model.SettingStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def generation(self) -> int:
        """Return how often any setting has changed."""
        generation = (await self._engine.read(_GENERATION, {}))[0][0]
        if not isinstance(generation, int):
            raise TypeError("a generation is a whole number")
        return generation

    async def newest(self) -> Sequence[StoredSetting]:
        """Return the newest version of each setting that was ever changed."""
        return [_setting(row) for row in await self._engine.read(_NEWEST, {})]

    async def find(self, name: str) -> StoredSetting | None:
        """Return the newest version of one setting."""
        return next((_setting(row) for row in await self._engine.read(_FIND, {"setting": name})), None)


def _setting(found: Row) -> StoredSetting:
    row = _Row._make(found)
    return StoredSetting(row.setting, row.version, orjson.loads(row.content), from_micros(row.changed_at))


SETTING_WRITES = dict(
    [
        write(
            WriteSetting,
            _RAISE,
            _WRITE,
            of="setting",
            setting="setting.name",
            content=lambda effect: orjson.dumps(effect.setting.document).decode(),
            decides=1,
        )
    ]
)
