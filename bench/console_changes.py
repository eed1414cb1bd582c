"""Changes under two pairs of eyes for a great store: some that wait, many that are done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

import asyncpg

from clients.document import document_of
from clients.model import Client
from idp.admin.changes.model import By, Change, ChangeKind, ObjectKind, ProposeChange
from idp.admin.permissions import Permission
from idp.app.foundation.opening import Foundation
from idp.kernel.effects import Effect
from idp.kernel.ids import ChangeId, new_id
from idp.officers.roles import NATIONAL
from records.structs import replace

_TOGETHER = 100


async def load_changes(foundation: Foundation, connection: asyncpg.Connection, clients: Sequence[Client]) -> None:
    """Let a change wait at every twentieth client, and give each of these forty that are done."""
    actors = await connection.fetch("SELECT account_id, officer_code FROM bench_actors ORDER BY n LIMIT 50")
    now, waiting = foundation.clock.now(), []
    for place, client in enumerate(clients[:: max(1, min(19, len(clients) // 40))]):
        by = By(*actors[place % len(actors)])
        wanted = replace(client, redirect_uris=(*client.redirect_uris, f"https://dichvucong.mau-{place}.gov.vn/moi"))
        waiting.append(ProposeChange(change=_change(client, wanted, by, now)))
    await commit_all(foundation, waiting)
    await connection.execute(_DONE, int(now.timestamp() * 1000))


def _change(client: Client, wanted: Client, by: By, now: datetime) -> Change:
    return Change(
        id=ChangeId(new_id()),
        kind=ChangeKind.UPDATE,
        object_kind=ObjectKind.CLIENT,
        object_id=client.client_id,
        agency=client.agency or NATIONAL,
        before=document_of(client),
        after=document_of(wanted),
        needs=Permission.CLIENTS_APPROVE,
        reason="Thêm một địa chỉ của cổng mới",
        proposed_by=by,
        proposed_at=now,
        expires_at=now + timedelta(days=14),
    )


_DONE = """
    INSERT INTO changes (change_id, kind, object_kind, object_id, agency, document_before, document_after, needs,
      reason, digest, state, proposed_by, proposed_code, proposed_at, expires_at, decided_by, decided_code, decided_at,
      decision_reason)
    SELECT bench_id($1::bigint - n * 86400000::bigint, object_id || n), kind, object_kind, object_id, agency,
      document_before, document_after, needs, reason, digest, 'applied', proposed_by, proposed_code,
      proposed_at - n * 86400000000, expires_at, proposed_by, proposed_code, proposed_at, ''
    FROM changes CROSS JOIN generate_series(1, 40) n
"""


async def commit_all(foundation: Foundation, effects: Sequence[Effect]) -> None:
    """Write effects, many in one transaction."""
    left = iter(effects)
    while together := list(islice(left, _TOGETHER)):
        if not await foundation.database.ledger.commit(*together):
            raise RuntimeError("the store was not empty")
