"""Who sees an offer: the person whom a register proved to have the number *and* the name that the giver wrote."""

from datetime import datetime

from idp.account.model import AccountStatus, ProofState, SignInRecord
from idp.account.own_identity import OwnIdentity
from idp.delegation.mandates.names import open_actor, open_name
from idp.delegation.model import Mandate
from idp.kernel.secrets import Sealer
from idp.proofing.values.names import NameMatch, compare_names

_ALIKE = frozenset({NameMatch.IDENTICAL, NameMatch.SAME})


def is_meant_for(sealer: Sealer, me: OwnIdentity, mandate: Mandate) -> bool:
    """Say whether a mandate was offered to a proved person: a slip of the pen shows it to nobody."""
    return mandate.actor_index == me.number_index and _is_called(sealer, mandate, me.name)


def sees(sealer: Sealer, other: SignInRecord, mandate: Mandate, now: datetime) -> bool:
    """Say whether the holder of the number sees the offer at `/account/mandates`: nobody else hears of it."""
    proved = other.account.status is not AccountStatus.CLOSED and other.account.proof_at(now) is ProofState.PROVED
    return proved and _is_called(sealer, mandate, open_name(sealer, other.account.person_id, other.profile_sealed))


def _is_called(sealer: Sealer, mandate: Mandate, name: str) -> bool:
    return compare_names(open_actor(sealer, mandate).name, name) in _ALIKE
