"""Changes of one object that was read before: rows of the table that are alike but for what they change."""

from collections.abc import Awaitable, Callable
from re import fullmatch
from typing import Annotated

from msgspec import Meta, Struct

from idp.admin.permissions import Permission
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import B, Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.problems import Code

ReasonText = Annotated[str, Meta(max_length=500, description="Why: whoever approves or reviews reads it.")]

Version = Annotated[int, Meta(ge=0, le=10**15, description="The version that was read: the object's ETag.")]


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done."""

    reason: ReasonText


class ChangesOf(Struct, frozen=True):
    """One kind of object: the path of one of them, who may change it, what is answered, and what can go wrong."""

    path: str
    permission: Permission
    answer: type[Struct]
    codes: tuple[Code, ...]

    def row(
        self,
        below: str,
        name: str,
        handle: Callable[[AdminApiDependencies, Call[Nothing, B]], Awaitable[Reply]],
        summary: str,
        body: type[B],
        answer: type[Struct] | None = None,
    ) -> Operation:
        """Return the row of a change at a path below the object's; the caller must know its version.

        `answer` is told where it is not what changes of this kind answer.
        """
        return operation(
            "POST",
            f"{self.path}/{below}",
            name,
            handle,
            summary=summary,
            permission=self.permission,
            scope="admin:write",
            query=Nothing,
            body=body,
            answer=answer or self.answer,
            codes=self.codes,
            conditional=True,
        )


def version_of(etag: str) -> int:
    """Return the version that an ETag names; one that there never was for an ETag that is none of ours."""
    return int(etag) if fullmatch(r"0|[1-9][0-9]{0,14}", etag) else -1
