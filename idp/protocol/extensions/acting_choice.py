"""For whom a request may be, must be and is: the rules of the choice between oneself and a principal.

The person chooses, on our page, and the choice lives in the session. A client can ask for a choice, for the person
themself, or for one principal; it can never switch anybody by a link.
"""

from collections.abc import Iterable
from datetime import datetime
from re import fullmatch

from clients.model import Client
from idp.delegation.model import ActingView, Power, PrincipalKind
from idp.delegation.principals import principal_of
from idp.protocol.agreed_apis import is_agreed_resource
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.extensions.acting_claims import ActingFor, ActingRecord, principal_subject
from idp.protocol.provider import Provider
from idp.protocol.requested_claims import is_agreed_claim
from idp.protocol.stated_purposes import is_agreed_purpose
from idp.protocol.tokens.subjects import subject_space
from idp.sessions.model import SessionView

SELF, CHOOSE, ORGANISATION = "self", "choose", "organisation"
# In a kept consent: somebody else's data are agreed to one by one.
_FOR = "acting:"
# Words of a kept consent that are no scopes either.
_OTHER_WORDS = (is_agreed_claim, is_agreed_resource, is_agreed_purpose)
# An enterprise's or a branch's code, or a pairwise subject. A household's code is its owner's personal number: that
# belongs in no address, so a household is named by its subject.
_NAMED = r"[0-9]{10}(-[0-9]{3})?|[A-Za-z0-9_-]{43}"


def is_choice(value: str) -> bool:
    """Say whether a value of `acting_for` means anything."""
    return value in {SELF, CHOOSE, ORGANISATION} or fullmatch(_NAMED, value) is not None


def may_act(request: AuthorizationRequest) -> bool:
    """Say whether the client deals with people who act for others, in this request."""
    return request.client.acting != "self" and request.acting_for != SELF


def must_act(request: AuthorizationRequest) -> bool:
    """Say whether the person alone will not do."""
    asks_for_one = request.acting_power is not None or request.acting_for not in {None, SELF, CHOOSE}
    return may_act(request) and (request.client.acting == "required" or asks_for_one)


def fits(provider: Provider, request: AuthorizationRequest, acting: ActingView) -> bool:
    """Say whether a mandate is one that the client registered for and that the request asks for."""
    powers = frozenset[str](acting.powers)
    needed = request.client.acting_powers
    if needed and powers.isdisjoint(needed):
        return False
    if request.acting_power is not None and request.acting_power not in powers:
        return False
    return is_named(provider, request, acting)


def is_named(provider: Provider, request: AuthorizationRequest, acting: ActingView) -> bool:
    """Say whether the request names this principal, or leaves it open."""
    wanted = request.acting_for
    if wanted in {None, CHOOSE}:
        return True
    if wanted == ORGANISATION:
        return acting.principal_kind is PrincipalKind.ORGANISATION
    subject = principal_subject(provider, request.client, acting.principal_kind, _known_as(request.client, acting))
    return wanted in {subject, principal_of(provider.sealer, acting).code}


def has_nobody(request: AuthorizationRequest, view: SessionView) -> bool:
    """Say whether the client wants somebody who acts and the person acts for nobody at all."""
    return must_act(request) and not view.holds_mandates


def is_open(provider: Provider, request: AuthorizationRequest, view: SessionView, began_at: datetime) -> bool:
    """Say whether the person must still say for whom they act."""
    if not may_act(request) or not view.holds_mandates:
        return False
    chosen_at, acting = view.session.acting_chosen_at, view.acting
    if request.acting_for == CHOOSE and (chosen_at is None or chosen_at < began_at):
        return True
    if acting is not None:
        return not fits(provider, request, acting)
    # A mandate that was chosen and stands no more is no choice of oneself: the person is asked, not assumed.
    fell = view.session.mandate_id is not None
    return must_act(request) or fell or chosen_at is None


def acting_of(provider: Provider, request: AuthorizationRequest, view: SessionView) -> ActingView | None:
    """Return the mandate that a code is issued under, None for the person themself."""
    acting = view.acting
    return acting if acting is not None and may_act(request) and fits(provider, request, acting) else None


def agreed_as(scope: tuple[str, ...], acting: ActingView | None) -> tuple[str, ...]:
    """Return the words that a consent is kept as: the scopes, and one for the principal whose data go along."""
    return scope if acting is None else (*scope, f"{_FOR}{acting.principal_id}")


def scopes_among(words: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes among the words of a kept consent."""
    return tuple(
        word for word in words if not (word.startswith(_FOR) or any(is_other(word) for is_other in _OTHER_WORDS))
    )


def _known_as(client: Client, acting: ActingView) -> str:
    """Return whom the client knows the principal as: after a merge, the one whom its sector knew."""
    return acting.principal_known_as(subject_space(client))


def record_of(provider: Provider, client: Client, acting: ActingView | None) -> ActingRecord:
    """Return what the code will say: exactly what the mandate holds, in the order of the catalogue."""
    if acting is None:
        return ActingRecord()
    principal = principal_of(provider.sealer, acting)
    return ActingRecord(
        acting_for=ActingFor(
            id=_known_as(client, acting),
            type=acting.principal_kind,
            kind=acting.kind,
            name=principal.name,
            code=principal.code,
            powers=tuple(power for power in Power if power in acting.powers),
        )
    )
