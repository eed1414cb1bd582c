"""Proof for life: receipts, verifications that wait, the register's feed, and the portals that are told."""

from msgspec import Struct

from idp.account.closing import Closing
from idp.account.portal_news import PortalNews
from idp.app.account.joining import compose_setting_aside
from idp.app.delegation.mandate_ends import compose_mandate_ends
from idp.app.foundation.opening import Foundation
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.kernel.key_purposes import KeyPurpose
from idp.proofing.evidence_due import EvidenceDue
from idp.proofing.feed_reading import RegisterFeed
from idp.proofing.identity_changes import IdentityChanges
from idp.proofing.jobs import ProofJobs
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.service import ProofingService
from idp.proofing.waiting import WaitingProofs
from idp.protocol.provider import Provider
from idp.recovery.policy import RecoveryPolicy
from idp.registration.coming_back import ComingBack
from idp.registration.opening import AccountOpening


class Proof(Struct, frozen=True):
    """What proves for life: `waiting` is for the person; the others are for the worker."""

    waiting: WaitingProofs
    jobs: ProofJobs
    coming_back: ComingBack
    feed: RegisterFeed
    news: PortalNews
    evidence_due: EvidenceDue


def compose_receipts(provider: Provider) -> ReceiptBook:
    """Return the receipts in the provider's name."""
    return ReceiptBook(provider.issuer, provider.signer)


def compose_proof(foundation: Foundation, provider: Provider) -> Proof:
    """Return the use cases of proofs that outlive a request."""
    database, clock, root = foundation.database, foundation.clock, foundation.root_key
    notices = foundation.shared.notices
    news = compose_news(foundation)
    changes = IdentityChanges(
        accounts=database.accounts,
        identities=database.identities,
        ledger=database.ledger,
        notices=notices,
        news=news,
        mandates=compose_mandate_ends(foundation),
        sealer=provider.sealer,
        number_index=foundation.shared.number_index,
        change_hash=root.hash_key(KeyPurpose.REGISTER_CHANGES),
        clock=clock,
    )
    jobs = ProofJobs(
        accounts=database.accounts,
        identities=database.identities,
        proofing=ProofingService(foundation.registers.population),
        phones=PhoneOwnership(foundation.registers.subscribers),
        ledger=database.ledger,
        notices=notices,
        receipts=compose_receipts(provider),
        sealer=provider.sealer,
        clock=clock,
    )
    return Proof(
        waiting=compose_waiting(foundation),
        jobs=jobs,
        coming_back=ComingBack(
            compose_opening(foundation, provider),
            ProofingService(foundation.registers.population),
            PhoneOwnership(foundation.registers.subscribers),
            database.ledger,
            provider.sealer,
            clock,
        ),
        feed=RegisterFeed(foundation.registers.population, database.feed_positions, changes, database.ledger, clock),
        news=news,
        evidence_due=EvidenceDue(
            database.identities,
            database.accounts,
            database.ledger,
            notices,
            foundation.settings.evidence_required_from,
            clock,
        ),
    )


def compose_opening(foundation: Foundation, provider: Provider) -> AccountOpening:
    """Return what opens accounts: at registration, and for the worker when a registration had to wait."""
    database, messages, notices = foundation.database, foundation.shared.messages, foundation.shared.notices
    return AccountOpening(
        database.accounts,
        database.own_account,
        database.ledger,
        foundation.hasher,
        messages,
        notices,
        Closing(
            database.ledger,
            notices,
            compose_news(foundation),
            compose_mandate_ends(foundation),
            provider.sealer,
            foundation.clock,
            database.closed_accounts,
        ),
        compose_setting_aside(foundation),
        compose_receipts(provider),
        provider.sealer,
        foundation.shared.number_index,
        foundation.shared.phone_index,
        RecoveryPolicy(foundation.settings.recovery_wait),
    )


def compose_waiting(foundation: Foundation) -> WaitingProofs:
    """Return how verifications are queued; the person's own page asks by it."""
    database = foundation.database
    return WaitingProofs(database.register_jobs, database.identities, database.ledger, foundation.shortlived)


def compose_news(foundation: Foundation) -> PortalNews:
    """Return what tells subscribed portals of an account; closing one needs it too."""
    return PortalNews(foundation.database.identities, foundation.registry)
