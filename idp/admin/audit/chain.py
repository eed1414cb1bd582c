"""Use case: how the chain of checkpoints over the audit log stands."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from idp.admin.actor import Actor
from idp.admin.errors import NotFoundError, NotPermittedError
from idp.admin.permissions import Permission, allows_somewhere
from idp.audit.checkpoints import BEYOND_ALL, Checkpoint, Seal, SealingPolicy, read_link
from idp.audit.ports import Checkpoints
from idp.kernel.clock import Clock


class ChainState(Struct, frozen=True):
    """The newest checkpoint that is the provider's, its signed text, and whether it is too old."""

    checkpoint: Checkpoint
    signed: str
    overdue: bool


class AuditChain(Struct, frozen=True):
    """Shows the newest checkpoint, to be kept elsewhere. It holds no personal data and is nobody's agency's."""

    checkpoints: Checkpoints
    seal: Callable[[], Awaitable[Seal]]
    policy: SealingPolicy
    clock: Clock

    async def latest(self, actor: Actor) -> ChainState:
        """Return the newest. Raises `NotPermittedError`; `NotFoundError` where there is none, or none that is ours."""
        if not allows_somewhere(actor.grants, Permission.AUDIT_READ):
            raise NotPermittedError(Permission.AUDIT_READ)
        links = await self.checkpoints.newest_first(BEYOND_ALL, 1)
        verified = read_link(await self.seal(), links[0]) if links else None
        if verified is None:
            raise NotFoundError("no checkpoint of ours is the newest")
        overdue = self.clock.now() - verified.checkpoint.sealed_at > self.policy.overdue_after
        return ChainState(verified.checkpoint, links[0].signed, overdue)
