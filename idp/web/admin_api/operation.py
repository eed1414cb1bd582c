"""What one operation of the API is: a row of the table, and what its handler takes and returns."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from clients.model import GovernedClaim
from idp.admin.actor import Actor
from idp.admin.permissions import Permission
from idp.kernel.locales import DEFAULT_LOCALE, Locale
from idp.web.admin_api.decoding import decode_body, decode_query
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.problems import Code

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
# All paths of the table are below it.
PREFIX = "/admin/api/v1"


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters, no body, no answer."""


Q = TypeVar("Q", bound=Struct)
B = TypeVar("B", bound=Struct)


class Call(Struct, Generic[Q, B], frozen=True):
    """An operation as it is called: who, when, and what was asked."""

    actor: Actor
    now: datetime
    query: Q
    body: B
    # The named segments of the path.
    path: Mapping[str, str]
    # What stands in If-Match, without the quotes; only where the operation is conditional.
    version: str
    # In which language sentences are told.
    locale: Locale = DEFAULT_LOCALE


class Streamed(Struct, frozen=True):
    """An answer that is too long to be held: its media type, what a browser calls it, and its pieces."""

    media_type: str
    file_name: str
    pieces: AsyncIterator[bytes]


class Reply(Struct, frozen=True):
    """A good answer. `version` becomes the ETag (RFC 9110 8.8.3), without quotes."""

    body: Struct | Streamed | None = None
    version: str | None = None
    # The path of what was made or proposed, below `PREFIX`: for 201 and 202.
    location: str | None = None
    # The language of its sentences, where it has some.
    locale: Locale | None = None


class Arrived(Struct, frozen=True):
    """A request that may be served: what the erased handler makes a typed call of."""

    parts: AdminApiDependencies
    actor: Actor
    now: datetime
    query: Mapping[str, str]
    body: bytes
    path: Mapping[str, str]
    version: str
    locale: Locale


class Proposal(Struct, frozen=True, kw_only=True):
    """One kind of proposal: a row of the table of what can be proposed, all of it at one address."""

    # Its tag is the word of the member `kind`.
    body: type[Struct]
    summary: str
    permission: Permission
    codes: tuple[Code, ...]
    serve: Callable[[Arrived], Awaitable[Reply]]

    @property
    def kind(self) -> str:
        """Return the word that says which proposal a body is."""
        return str(self.body.__struct_config__.tag)


class Operation(Struct, frozen=True, kw_only=True):
    """One row of the table."""

    method: Method
    # Below `PREFIX`, with named segments such as `{client_id}`.
    path: str
    # The operationId of the document, and what events of refusals name.
    name: str
    summary: str
    # What the actor needs at least somewhere; None where being an administrator is enough.
    permission: Permission | None
    scope: GovernedClaim
    query: type[Struct]
    body: type[Struct]
    # The answer's type, or its media types where it is streamed.
    answer: type[Struct] | tuple[str, ...]
    status: int
    # What can go wrong beside what can with every operation.
    codes: tuple[Code, ...]
    # It changes an object whose version the caller must know (If-Match, RFC 9110 13.1.1).
    conditional: bool
    serve: Callable[[Arrived], Awaitable[Reply]]
    # Of the one operation that proposes: what can be proposed. Its `permission` and `body` are theirs then.
    proposals: tuple[Proposal, ...] = ()

    @property
    def bodies(self) -> tuple[type[Struct], ...]:
        """Return what may stand in the body."""
        own = () if self.body is Nothing else (self.body,)
        return (*own, *(one.body for one in self.proposals))

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """Return what the actor needs one of at least somewhere."""
        own = () if self.permission is None else (self.permission,)
        return (*own, *dict.fromkeys(one.permission for one in self.proposals))

    @property
    def takes_body(self) -> bool:
        """Say whether a body belongs to the request."""
        return bool(self.bodies)

    @property
    def locates(self) -> bool:
        """Say whether the answer names where what it made is read: a new object (201), a proposal (202)."""
        return self.status in {201, 202}

    @property
    def wants_key(self) -> bool:
        """Say whether a repetition must be told from a new wish: then it carries an Idempotency-Key."""
        return self.method == "POST"

    @property
    def full_path(self) -> str:
        """Return the path as it is routed."""
        return PREFIX + self.path


def operation(
    method: Method,
    path: str,
    name: str,
    handle: Callable[[AdminApiDependencies, Call[Q, B]], Awaitable[Reply]],
    *,
    summary: str,
    permission: Permission | None,
    scope: GovernedClaim,
    query: type[Q],
    body: type[B],
    answer: type[Struct] | tuple[str, ...],
    status: int = 200,
    codes: tuple[Code, ...] = (),
    conditional: bool = False,
) -> Operation:
    """Return the row of an operation; the handler gets its query and body as the types that the row names."""

    async def serve(arrived: Arrived) -> Reply:
        call = Call(
            actor=arrived.actor,
            now=arrived.now,
            query=decode_query(arrived.query, query),
            body=decode_body(arrived.body, body),
            path=arrived.path,
            version=arrived.version,
            locale=arrived.locale,
        )
        return await handle(arrived.parts, call)

    return Operation(
        method=method,
        path=path,
        name=name,
        summary=summary,
        permission=permission,
        scope=scope,
        query=query,
        body=body,
        answer=answer,
        status=status,
        codes=codes,
        conditional=conditional,
        serve=serve,
    )


def proposal(
    handle: Callable[[AdminApiDependencies, Call[Nothing, B]], Awaitable[Reply]],
    body: type[B],
    *,
    summary: str,
    permission: Permission,
    codes: tuple[Code, ...],
) -> Proposal:
    """Return the row of a kind of proposal; the handler gets its body as the type that the row names."""

    async def serve(arrived: Arrived) -> Reply:
        call = Call(
            actor=arrived.actor,
            now=arrived.now,
            query=Nothing(),
            body=decode_body(arrived.body, body),
            path=arrived.path,
            version=arrived.version,
            locale=arrived.locale,
        )
        return await handle(arrived.parts, call)

    return Proposal(body=body, summary=summary, permission=permission, codes=codes, serve=serve)
