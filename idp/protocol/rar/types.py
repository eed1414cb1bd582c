"""The types of authorization details. A new one is a module beside these and a row here; discovery follows."""

from collections.abc import Mapping

from idp.protocol.rar import confirmed_text
from idp.protocol.rar.detail_type import DetailType

TYPES: Mapping[str, DetailType] = {row.name: row for row in (confirmed_text.TYPE,)}
