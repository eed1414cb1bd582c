"""Acting for others: organisations, representatives, mandates."""

from msgspec import Struct

from idp.account.own_identity import OwnIdentities
from idp.app.delegation.mandate_ends import compose_mandate_ends
from idp.app.foundation.known_people import compose_own_identities
from idp.app.foundation.opening import Foundation
from idp.app.proofing import compose_receipts
from idp.delegation.choices import ActingChoices
from idp.delegation.first_claims import FirstClaims
from idp.delegation.guardians.rechecks import Guardians
from idp.delegation.guardians.service import Guardianships
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.delegation.mandates.service import Mandates
from idp.delegation.organisations.claim_contacts import ClaimObjections
from idp.delegation.organisations.rechecks import Representatives
from idp.delegation.organisations.service import Organisations
from idp.delegation.people import ActingPeople
from idp.delegation.register_silence import RegisterSilence, SilenceLimits
from idp.delegation.register_word import RegisterWord
from idp.kernel.key_purposes import KeyPurpose
from idp.oauth.authorize import AuthorizeEndpoint
from idp.proofing.registers.enterprise_service import EnterpriseProofing
from idp.proofing.wards import WardProofing
from idp.protocol.provider import Provider
from idp.web.delegation.dependencies import ActForDependencies, DelegationDependencies
from idp.web.http.dependencies import WebDependencies


class _Shared(Struct, frozen=True):
    """What these use cases have in common."""

    own: OwnIdentities
    news: MandateNews
    ends: MandateEnds


def compose_delegation(foundation: Foundation, provider: Provider, web: WebDependencies) -> DelegationDependencies:
    """Return what the pages of organisations and mandates are given."""
    shared = _shared(foundation)
    mandates = Mandates(
        foundation.database.mandates,
        foundation.database.accounts,
        shared.own,
        foundation.database.ledger,
        shared.news,
        shared.ends,
        foundation.shortlived,
        provider.sealer,
        foundation.shared.number_index,
        foundation.clock,
    )
    people = ActingPeople(foundation.database.mandates, provider.sealer, foundation.clock)
    return DelegationDependencies(
        web=web,
        organisations=compose_organisations(foundation, provider),
        guardianships=_guardianships(foundation, provider),
        mandates=mandates,
        people=people,
        receipts=foundation.database.receipts,
    )


def compose_objections(foundation: Foundation) -> ClaimObjections:
    """Return what ends a claim that somebody says is not theirs."""
    shared, database = _shared(foundation), foundation.database
    return ClaimObjections(
        database.mandates, shared.ends, database.ledger, shared.news.notices.not_me_hash, foundation.clock
    )


def compose_acting(foundation: Foundation, web: WebDependencies, authorize: AuthorizeEndpoint) -> ActForDependencies:
    """Return what the page that asks for whom a person acts is given."""
    return ActForDependencies(web, ActingChoices(foundation.database.mandates, web.ledger, web.clock), authorize)


def _guardianships(foundation: Foundation, provider: Provider) -> Guardianships:
    database, shared = foundation.database, _shared(foundation)
    return Guardianships(
        database.mandates,
        database.accounts,
        database.own_account,
        database.identities,
        shared.own,
        WardProofing(foundation.registers.population),
        compose_receipts(provider),
        database.ledger,
        shared.news,
        foundation.shortlived,
        provider.sealer,
        foundation.shared.number_index,
        foundation.clock,
        foundation.settings.claim_wait,
    )


def compose_organisations(foundation: Foundation, provider: Provider) -> Organisations | None:
    """Return claiming organisations; None where no enterprise register is set."""
    representatives, shared = compose_representatives(foundation, provider), _shared(foundation)
    if representatives is None:
        return None
    database = foundation.database
    return Organisations(
        database.organisations,
        database.mandates,
        database.register_jobs,
        shared.own,
        representatives.proofing,
        representatives,
        compose_receipts(provider),
        database.ledger,
        shared.news,
        foundation.shortlived,
        provider.sealer,
        representatives.code_index,
        foundation.clock,
        foundation.settings.claim_wait,
    )


def compose_first_claims(foundation: Foundation) -> FirstClaims:
    """Return what lets powers begin whose wait is over."""
    return FirstClaims(foundation.database.mandates, foundation.database.ledger, foundation.clock)


def compose_representatives(foundation: Foundation, provider: Provider) -> Representatives | None:
    """Return what keeps representatives true; None where no enterprise register is set."""
    register, database, shared = foundation.registers.enterprise, foundation.database, _shared(foundation)
    if register is None:
        return None
    return Representatives(
        database.organisations,
        database.mandate_checks,
        _silence(foundation, shared.news),
        database.mandates,
        EnterpriseProofing(register),
        shared.ends,
        database.ledger,
        _word(foundation, provider),
        provider.sealer,
        foundation.root_key.hash_key(KeyPurpose.ORGANISATION_CODES),
        foundation.clock,
    )


def compose_guardians(foundation: Foundation, provider: Provider) -> Guardians:
    """Return what keeps guardians true."""
    database = foundation.database
    return Guardians(
        database.mandate_checks,
        _silence(foundation, _shared(foundation).news),
        database.mandates,
        database.identities,
        WardProofing(foundation.registers.population),
        _word(foundation, provider),
        database.ledger,
        provider.sealer,
        foundation.clock,
    )


def _silence(foundation: Foundation, news: MandateNews) -> RegisterSilence:
    limits = SilenceLimits(foundation.settings.silence_views, foundation.settings.silence_rests)
    return RegisterSilence(foundation.database.mandates, news, limits)


def _word(foundation: Foundation, provider: Provider) -> RegisterWord:
    database, shared = foundation.database, _shared(foundation)
    return RegisterWord(database.mandates, database.accounts, shared.own, shared.news, provider.sealer)


def _shared(foundation: Foundation) -> _Shared:
    ends = compose_mandate_ends(foundation)
    own = compose_own_identities(foundation)
    return _Shared(own, ends.news, ends)
