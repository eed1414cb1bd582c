"""Reads initial access tokens, registrations and publishers."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import orjson

from clients.model import ClientId
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.admin.dynamic_registration.model import (
    MOST_USES,
    InitialToken,
    InitialTokenId,
    Publisher,
    RegisteredClient,
    Registration,
)
from idp.protocol.dynamic_registration.policy import RegistrationPolicy


class _TokenRow(NamedTuple):
    """The columns that are read of a token, in their order."""

    token_id: InitialTokenId
    agency: str
    label: str
    policy: str
    uses: int
    uses_left: int
    created_by: str
    created_at: int
    expires_at: int
    revoked_at: int | None


class _RegistrationRow(NamedTuple):
    """What stands before the columns of its token."""

    client_id: ClientId
    statement: str | None
    registered_at: int


class _RegisteredRow(NamedTuple):
    client_id: ClientId
    registered_at: int


class _PublisherRow(NamedTuple):
    agency: str
    issuer: str
    jwks: str
    added_at: int


_TOKEN = ", ".join(f"t.{name}" for name in _TokenRow._fields)
_PUBLISHER = ", ".join(_PublisherRow._fields)
_BY_HASH = statement(f"SELECT {_TOKEN} FROM initial_access_tokens t WHERE t.token_hash = :token_hash")  # noqa: S608 (constants, here and below)
_BY_ID = statement(f"SELECT {_TOKEN} FROM initial_access_tokens t WHERE t.token_id = :token_id")  # noqa: S608
_OF_CLIENT = statement(f"""
    SELECT r.client_id, r.statement, r.registered_at, {_TOKEN}
    FROM client_registrations r JOIN initial_access_tokens t ON t.token_id = r.token_id
    WHERE r.token_hash = :token_hash
""")  # noqa: S608
# A token has so many uses at most, and so many rows.
_BY_TOKEN = statement("""
    SELECT client_id, registered_at FROM client_registrations
    WHERE token_id = :token_id ORDER BY registered_at, client_id LIMIT :most
""")


def _of_agencies(text: str) -> tuple[Statement, Statement]:
    """Return a statement about every agency, and one about a JSON list of them."""
    plain = "AND agency IN (SELECT value FROM json_each(:agencies))"
    postgres = "AND agency IN (SELECT json_array_elements_text(CAST(:agencies AS json)))"
    return statement(text.format(of="")), statement(text.format(of=plain), postgres=text.format(of=postgres))


_EVERY_TOKEN, _TOKENS = _of_agencies(f"""
    SELECT {_TOKEN} FROM initial_access_tokens t
    WHERE t.expires_at > :since AND t.token_id > :after_id {{of}} ORDER BY t.token_id LIMIT :limit
""")  # noqa: S608
_EVERY_PUBLISHER, _PUBLISHERS = _of_agencies(f"""
    SELECT {_PUBLISHER} FROM software_publishers
    WHERE (:issuer = '' OR issuer = :issuer) {{of}} ORDER BY agency, issuer
""")  # noqa: S608


class SqlRegistrations:
    """Implements `idp.admin.dynamic_registration.ports.RegistrationReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def token(self, token_hash: bytes) -> InitialToken | None:
        """Return the initial access token with this hash, whether it can be used or not."""
        rows = await self._engine.read(_BY_HASH, {"token_hash": token_hash})
        return _token(rows[0]) if rows else None

    async def token_by_id(self, token_id: InitialTokenId) -> InitialToken | None:
        """Return one initial access token."""
        rows = await self._engine.read(_BY_ID, {"token_id": token_id})
        return _token(rows[0]) if rows else None

    async def tokens(
        self, agencies: Sequence[str] | None, ended_after: datetime, after_id: str, limit: int
    ) -> Sequence[InitialToken]:
        """Return tokens of some agencies (None: of all) that end later than that, in the order of their ids."""
        asked: Parameters = {"since": to_micros(ended_after), "after_id": after_id, "limit": limit}
        if agencies is None:
            return [_token(row) for row in await self._engine.read(_EVERY_TOKEN, asked)]
        of = {"agencies": orjson.dumps(list(agencies)).decode()}
        return [_token(row) for row in await self._engine.read(_TOKENS, {**asked, **of})]

    async def registration(self, token_hash: bytes) -> Registration | None:
        """Return what the registration access token with this hash manages. One round trip."""
        for found in await self._engine.read(_OF_CLIENT, {"token_hash": token_hash}):
            row = _RegistrationRow._make(found[:3])
            return Registration(
                client_id=row.client_id,
                token=_token(found[3:]),
                statement=row.statement,
                registered_at=from_micros(row.registered_at),
            )
        return None

    async def registered_by(self, token_id: InitialTokenId) -> Sequence[RegisteredClient]:
        """Return what came of an initial access token, oldest first; what was deleted since is not among them."""
        rows = await self._engine.read(_BY_TOKEN, {"token_id": token_id, "most": MOST_USES})
        found = [_RegisteredRow._make(row) for row in rows]
        return [
            RegisteredClient(client_id=one.client_id, registered_at=from_micros(one.registered_at)) for one in found
        ]

    async def publishers(self, agencies: Sequence[str] | None, issuer: str = "") -> Sequence[Publisher]:
        """Return the publishers that some agencies trust (None: all do), of one issuer where it is named."""
        if agencies is None:
            return [_publisher(row) for row in await self._engine.read(_EVERY_PUBLISHER, {"issuer": issuer})]
        asked = {"issuer": issuer, "agencies": orjson.dumps(list(agencies)).decode()}
        return [_publisher(row) for row in await self._engine.read(_PUBLISHERS, asked)]


def _token(found: Row) -> InitialToken:
    row = _TokenRow._make(found)
    return InitialToken(
        id=row.token_id,
        agency=row.agency,
        label=row.label,
        policy=msgspec.json.decode(row.policy, type=RegistrationPolicy),
        uses=row.uses,
        uses_left=row.uses_left,
        created_by=row.created_by,
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
        revoked_at=from_micros_or_none(row.revoked_at),
    )


def _publisher(found: Row) -> Publisher:
    row = _PublisherRow._make(found)
    return Publisher(
        agency=row.agency, issuer=row.issuer, jwks=orjson.loads(row.jwks), added_at=from_micros(row.added_at)
    )
