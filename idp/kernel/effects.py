"""What a decision wants written: effects, committed together or not at all."""

from typing import ClassVar, Protocol, dataclass_transform

from msgspec import Struct


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Effect(Struct, frozen=True):
    """One wanted write. Each package declares its own; the adapter knows how each is written.

    Whoever makes one names its members: of ids in a row, two would change places unseen.

    A *claim* is an effect that can be too late: a conditional write that reports whether it changed a row.
    """

    claim: ClassVar[bool] = False


class Ledger(Protocol):
    """Writes effects."""

    async def commit(self, *effects: Effect) -> bool:
        """Write all effects in one durable transaction and return True.

        If a claim among them finds that it is too late (the code was redeemed, the head has moved, the session
        has ended), nothing at all is written and the answer is False. Raises `TemporarilyUnavailableError` when
        the store cannot answer; the outcome is then unknown to the caller, never half-written.
        """

    def enqueue(self, *effects: Effect) -> None:
        """Write effects soon, in a batch, without waiting: only for events nothing depends on."""
