"""Reads what a person agreed to and which portals have used it."""

from collections.abc import Sequence
from datetime import datetime

from clients.model import ClientId
from idp.account.own_choices import ConsentRecord
from idp.account.own_portals import ClientUse, Release
from idp.adapters.sql.engine.instants import from_micros, from_words, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.kernel.ids import AccountId, PersonId

_CONSENTS = statement("""
    SELECT client_id, scope, text_version, locale, given_at FROM consents
    WHERE person_id = :person_id ORDER BY given_at DESC
""")
_USES = statement("""
    SELECT g.client_id, MIN(g.created_at), MAX(COALESCE(f.rotated_at, g.created_at)) AS last_at
    FROM grants g LEFT JOIN refresh_families f ON f.person_id = g.person_id AND f.grant_id = g.grant_id
    WHERE g.person_id = :person_id AND g.account_id = :account_id
    GROUP BY g.client_id ORDER BY last_at DESC
""")
# The same conditions of life as `grants.py`; the account is open, or nobody would be asking.
_LIVE_SCOPES = statement("""
    SELECT DISTINCT g.client_id, g.scope, g.acting_sealed, g.claims, g.resources
    FROM grants g LEFT JOIN sessions s ON s.person_id = g.person_id AND s.session_id = g.session_id
    WHERE g.person_id = :person_id AND g.account_id = :account_id
      AND g.revoked_at IS NULL AND g.expires_at > :now
      AND (g.offline OR (s.ended_at IS NULL AND s.expires_at > :now))
    ORDER BY g.client_id, g.scope
""")
_RELEASES = statement("""
    SELECT client_id, scope, created_at, COALESCE(revoked_at, expires_at), acting_sealed, claims, resources
    FROM grants
    WHERE person_id = :person_id AND account_id = :account_id ORDER BY grant_id DESC LIMIT :limit
""")


class SqlOwnPortals:
    """Implements `idp.account.own_portals.OwnPortalReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def consents_of(self, person_id: PersonId) -> Sequence[ConsentRecord]:
        """Return the consents that stand."""
        return [
            ConsentRecord(
                ClientId(str(client_id)), from_words(str(scope)), str(text), str(locale), from_micros(int(str(at)))
            )
            for client_id, scope, text, locale, at in await self._engine.read(_CONSENTS, {"person_id": person_id})
        ]

    async def uses_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[ClientUse]:
        """Return how each client has been used, the one used last first."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        live: dict[str, tuple[str, ...]] = {}
        acting: dict[str, tuple[bytes, ...]] = {}
        claims: dict[str, tuple[str, ...]] = {}
        apis: dict[str, tuple[str, ...]] = {}
        for client_id, scope, sealed, single, resources in await self._engine.read(_LIVE_SCOPES, asked):
            apis[str(client_id)] = (*apis.get(str(client_id), ()), *from_words(str(resources)))
            if isinstance(sealed, bytes):
                acting[str(client_id)] = (*acting.get(str(client_id), ()), sealed)
            claims[str(client_id)] = (*claims.get(str(client_id), ()), *from_words(str(single)))
            known = live.get(str(client_id), ())
            live[str(client_id)] = tuple(dict.fromkeys((*known, *from_words(str(scope)))))
        uses: list[ClientUse] = []
        for client_id, first, last in await self._engine.read(_USES, asked):
            name, since, until = ClientId(str(client_id)), from_micros(int(str(first))), from_micros(int(str(last)))
            uses.append(
                ClientUse(
                    name,
                    since,
                    until,
                    live.get(name, ()),
                    acting.get(name, ()),
                    claims.get(name, ()),
                    apis.get(name, ()),
                )
            )
        return uses

    async def releases_of(self, person_id: PersonId, account_id: AccountId, limit: int) -> Sequence[Release]:
        """Return the newest releases."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "limit": limit}
        return [
            Release(
                ClientId(str(client_id)),
                from_words(str(scope)),
                from_micros(int(str(at))),
                from_micros(int(str(until))),
                sealed if isinstance(sealed, bytes) else None,
                from_words(str(single)),
                from_words(str(resources)),
            )
            for client_id, scope, at, until, sealed, single, resources in await self._engine.read(_RELEASES, asked)
        ]
