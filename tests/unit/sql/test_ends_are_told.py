"""Whatever ends sessions tells their portals, in the same commit (OIDC Back-Channel Logout 2.5)."""

import re
from collections.abc import Iterator
from pathlib import Path

from idp.adapters.sql.effects import WRITES
from idp.kernel.effects import Effect
from idp.sessions.model import EndSession

_ENDS = re.compile(r"UPDATE sessions SET ended_at")
_TELLS = re.compile(r"INSERT INTO outbox .*'logout_notice'", re.DOTALL)
_TREE = Path(__file__).resolve().parents[3] / "idp"


def statements(kind: type[Effect]) -> list[str]:
    return [" ".join(one.named.split()) for one in WRITES[kind].statements]


def ends_sessions() -> Iterator[type[Effect]]:
    return (kind for kind in WRITES if any(_ENDS.search(text) for text in statements(kind)))


def test_i9_an_effect_that_ends_sessions_puts_the_notices_into_the_outbox_after_it() -> None:
    """After it, since the ended row keeps new grants out: none is missed. `EndSession` alone has a sibling for that."""
    kinds = [kind for kind in ends_sessions() if kind is not EndSession]
    silent = []
    for kind in kinds:
        texts = statements(kind)
        last_end = max(place for place, text in enumerate(texts) if _ENDS.search(text))
        if not any(_TELLS.search(text) for text in texts[last_end + 1 :]):
            silent.append(kind.__name__)
    assert len(kinds) >= 6
    assert silent == []


def test_i9_who_ends_one_session_tells_its_portals_beside_it() -> None:
    sources = [path.read_text() for path in _TREE.rglob("*.py") if "adapters" not in path.parts]
    ends = [text for text in sources if re.search(r"\bEndSession\(\s*session_id", text)]
    assert len(ends) >= 4
    for text in ends:
        made = len(re.findall(r"\bEndSession\(\s*session_id", text))
        assert made == len(re.findall(r"\bTellPortals\(\s*session_id", text))
