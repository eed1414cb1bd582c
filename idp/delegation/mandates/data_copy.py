"""The mandates in the copy of one's data: held, given, and for oneself, with the names that their page shows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from idp.delegation.mandates.names import NamedMandate, named
from idp.delegation.mandates.policy import WITHOUT_END
from idp.delegation.model import MandateView, Power
from idp.delegation.ports import MandateReader
from idp.kernel.ids import PersonId
from idp.kernel.secrets import SealBrokenError, Sealer

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


# What somebody did about the mandate itself.
_REPORTED = frozenset({"revoked", "given_up", "declined", "ran_out", "representative_changed"})
_LEFT = "left"


class Side(StrEnum):
    """Which side of a mandate the person is on; the name of its part of the copy."""

    HELD = "mandates_held"
    GIVEN = "mandates_given"
    # For the person, and given by a register.
    ABOUT = "mandates_about"


# In the order in which they are told. The id is what sessions, releases and events of the copy refer to.
_ALWAYS = (
    "mandate_id",
    "mandate_kind",
    "powers",
    "offered_at",
    "accepted_at",
    "starts_at",
    "ends_at",
    "suspended_at",
    "ended_at",
    "end_reason",
)
# What `/account/mandates` names to each side: never more than that.
_NAMED: Mapping[Side, tuple[str, ...]] = {
    Side.HELD: ("principal", "principal_code", "giver"),
    Side.GIVEN: ("principal", "principal_code", "appointed", "appointed_number"),
    Side.ABOUT: (),
}
MANDATE_FIELDS = frozenset(_ALWAYS).union(*_NAMED.values())


class MandateCopies(Struct, frozen=True):
    """Copies mandates, with those that ended long ago."""

    reader: MandateReader
    sealer: Sealer

    async def of(self, person_id: PersonId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """Return the mandates of each side, the newest first; each is told once."""
        held, given = await self.reader.held_by(person_id, _EVER), await self.reader.given_by(person_id, _EVER)
        known = {one.mandate.id for one in (*held, *given)}
        about = [one for one in await self.reader.for_principal(person_id, _EVER) if one.mandate.id not in known]
        sides = ((Side.HELD, held), (Side.GIVEN, given), (Side.ABOUT, about))
        return {side.value: [self._reported(one, side) for one in views] for side, views in sides}

    def _reported(self, view: MandateView, side: Side) -> Mapping[str, object]:
        mandate = view.mandate
        always: dict[str, object] = {
            "mandate_id": mandate.id,
            "mandate_kind": mandate.kind.value,
            "powers": [power.value for power in Power if power in mandate.powers],
            "offered_at": mandate.offered_at,
            "accepted_at": mandate.accepted_at,
            "starts_at": mandate.starts_at,
            "ends_at": None if mandate.ends_at >= WITHOUT_END else mandate.ends_at,
            "suspended_at": mandate.suspended_at,
            "ended_at": mandate.ended_at,
            "end_reason": _reason(mandate.end_reason),
        }
        names = self._names(view) if _NAMED[side] else {}
        return always | {name: names.get(name) for name in _NAMED[side]}

    def _names(self, view: MandateView) -> Mapping[str, str]:
        try:
            words: NamedMandate = named(self.sealer, view)
        except SealBrokenError:
            # As with every other value: one that no longer opens must not keep the rest from its person.
            return {}
        return {
            "principal": words.principal_name,
            "principal_code": words.principal_code,
            "giver": words.giver_name,
            "appointed": words.actor_name,
            "appointed_number": words.masked_actor_number,
        }


def _reason(reason: str | None) -> str | None:
    """Return why a mandate ended; that the other side closed an account, or died, is not ours to tell."""
    return reason if reason is None or reason in _REPORTED else _LEFT
