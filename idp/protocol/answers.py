"""What the provider says back to a program, and what a decision is made of."""

from collections.abc import Mapping

from msgspec import Struct, field

from idp.kernel.effects import Effect
from idp.protocol.sender.use import ProofUse

NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Answer(Struct, frozen=True):
    """A JSON answer: status, body (None for an empty one), extra headers."""

    status: int
    body: Mapping[str, object] | None
    headers: Mapping[str, str] = field(default_factory=lambda: NO_STORE)

    @property
    def error(self) -> str | None:
        """Return the OAuth error code, if this is an error."""
        return str(self.body["error"]) if self.body and "error" in self.body else None

    @property
    def description(self) -> str:
        """Return what an error says for people; "" where it says nothing."""
        return str(self.body.get("error_description", "")) if self.body else ""


class Decision(Struct, frozen=True):
    """An answer with what must be written before it may leave.

    `first` is claimed before everything else (a client assertion's jti); `effects` commit together; `notes` may be
    written later. If a claim among `effects` is too late, `when_late` is the decision instead, or, where it is
    None, the request must be loaded and decided anew.
    """

    answer: Answer
    effects: tuple[Effect, ...] = ()
    first: Effect | None = None
    enqueued: tuple[Effect, ...] = ()
    when_late: "Decision | None" = None
    # A proof of the sender that is good once: the answer leaves only to the first who shows it.
    proof: ProofUse | None = None
