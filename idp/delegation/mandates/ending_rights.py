"""Who may end a mandate, and why it then ends: one rule for the button and for what the button does."""

from collections.abc import Sequence
from datetime import datetime

from idp.delegation.first_claims import OBJECTED, may_object, waits
from idp.delegation.model import Mandate, MandateKind, MandateView
from idp.kernel.ids import PersonId

REVOKED, DECLINED, GIVEN_UP = "revoked", "declined", "given_up"


def reason_to_end(
    mandate: Mandate,
    person_id: PersonId,
    others: Sequence[MandateView],
    now: datetime,
    *,
    offered_to_them: bool = False,
) -> str | None:
    """Return why a person may end a mandate, or None if it is not theirs.

    `others` is what is and was held for its principal; `offered_to_them` says that it is an offer to their number and
    name.
    """
    if person_id == mandate.actor_id:
        return GIVEN_UP
    if waits(mandate) and person_id != mandate.principal_id and may_object(person_id, mandate, others, now):
        return OBJECTED
    if mandate.kind is MandateKind.REPRESENTATIVE:
        # The register names each of them: once their wait is over none dismisses another.
        return None
    if person_id in {mandate.giver_id, mandate.principal_id}:
        return REVOKED
    if mandate.accepted_at is None and offered_to_them:
        return DECLINED
    return REVOKED if represents(person_id, mandate.principal_id, others, now) is not None else None


def represents(person_id: PersonId, principal_id: str, held: Sequence[MandateView], now: datetime) -> Mandate | None:
    """Return the mandate by which a person represents an organisation: not while their first claim waits.

    Whoever could end what others hold on the first day of a claim could do harm that no objection undoes.
    """
    for view in held:
        mandate = view.mandate
        mine = mandate.principal_id == principal_id and mandate.actor_id == person_id
        if mine and mandate.kind is MandateKind.REPRESENTATIVE and mandate.stands(now) and not waits(mandate):
            return mandate
    return None
