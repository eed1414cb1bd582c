"""Recovery, notices and "this was not me", put together."""

from datetime import timedelta

from idp.account.notices.service import Notices
from idp.account.ratings import Ratings
from idp.app.account.merging import compose_unmerging
from idp.app.factors.passwords import compose_password_rules
from idp.app.foundation.known_people import compose_devices
from idp.app.foundation.messages import compose_codes, compose_register_questions
from idp.app.foundation.opening import Foundation
from idp.app.proofing import compose_receipts
from idp.delegation.organisations.claim_contacts import ClaimObjections
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.contacts.phones_due import PhonesDue
from idp.factors.contacts.settling import SettleContacts
from idp.factors.saved import SavedFactors
from idp.kernel.key_purposes import KeyPurpose
from idp.proofing.service import ProofingService
from idp.protocol.provider import Provider
from idp.recovery.assisted import AssistedRecovery
from idp.recovery.drafts import RecoveryDraft, RecoverySubjects
from idp.recovery.end import RecoveryEnd
from idp.recovery.holdings import RecoveryHoldings
from idp.recovery.limits import RecoveryLimits
from idp.recovery.not_me import NotMe
from idp.recovery.policy import RecoveryPolicy
from idp.recovery.references import RecoveryReferences
from idp.recovery.reminders import RecoveryReminders
from idp.recovery.service import Recoveries
from idp.recovery.start import RecoveryStarts
from idp.recovery.started import WaitingSlip
from idp.recovery.waiting import NewPhones, PhoneCodes, RecoveryReturns, ReturnDraft
from idp.sign_in.drafts import AgeingDrafts, DraftStore
from idp.web.http.dependencies import WebDependencies
from idp.web.recovery.dependencies import RecoveryDependencies
from records.structs import replace

# What was shown is evidence of now: whoever held the phone an hour ago may not hold it any more.
DRAFT_LIFE = timedelta(minutes=30)
# The page with the reference can be looked at again for as long as a pen is being looked for.
_SLIP_LIFE = timedelta(minutes=30)


def compose_recovery(
    foundation: Foundation, provider: Provider, web: WebDependencies, ratings: Ratings, objections: ClaimObjections
) -> RecoveryDependencies:
    """Return everything that the pages of recovery call."""
    database, clock, root, store = foundation.database, foundation.clock, foundation.root_key, foundation.shortlived
    ledger, sealer, limits = database.ledger, provider.sealer, foundation.national_settings
    notices = foundation.shared.notices
    subjects = RecoverySubjects(
        database.accounts, foundation.shared.number_index, root.hash_key(KeyPurpose.RECOVERIES_OF_NOBODY)
    )
    codes = compose_codes(foundation)
    phone_codes = PhoneCodes(codes, ledger, clock)
    devices = compose_devices(foundation)
    recovery_limits = RecoveryLimits(store, root.hash_key(KeyPurpose.RECOVERY_COUNTS), limits)
    policy, references = _policy(foundation), RecoveryReferences(root.hash_key(KeyPurpose.RECOVERY_REFERENCES))
    drafts = AgeingDrafts(store, sealer, "recovery", RecoveryDraft, DRAFT_LIFE, clock)
    return_drafts = AgeingDrafts(store, sealer, "recovery-return", ReturnDraft, DRAFT_LIFE, clock)
    saved = SavedFactors(database.factors, root.hash_key(KeyPurpose.RECOVERY_CODES), sealer)
    return RecoveryDependencies(
        web=web,
        recoveries=Recoveries(
            subjects, drafts, codes, saved, ledger, store, sealer, devices, recovery_limits, clock, limits
        ),
        phones=NewPhones(drafts, phone_codes),
        starts=_starts(foundation, provider, subjects, drafts, references),
        returns=RecoveryReturns(
            database.recoveries, return_drafts, references, phone_codes, store, sealer, clock, limits
        ),
        end=RecoveryEnd(
            accounts=database.accounts,
            reader=database.recoveries,
            rules=compose_password_rules(foundation.settings),
            hasher=foundation.hasher,
            notices=notices,
            ledger=ledger,
            sealer=sealer,
            policy=policy,
            clock=clock,
            holdings=RecoveryHoldings(database.passkeys, database.factors, database.mandates, sealer),
            changes=database.contact_changes,
            wait=foundation.settings.change_wait,
        ),
        not_me=_not_me(foundation, provider, notices),
        drafts=drafts,
        return_drafts=return_drafts,
        slips=DraftStore(store, sealer, "recovery-slip", WaitingSlip, _SLIP_LIFE),
        policy=policy,
        objections=objections,
        ratings=ratings,
    )


def _starts(
    foundation: Foundation,
    provider: Provider,
    subjects: RecoverySubjects,
    drafts: AgeingDrafts[RecoveryDraft],
    references: RecoveryReferences,
) -> RecoveryStarts:
    database = foundation.database
    return RecoveryStarts(
        subjects=subjects,
        reader=database.recoveries,
        drafts=drafts,
        proofing=ProofingService(foundation.registers.population),
        phones=PhoneOwnership(foundation.registers.subscribers),
        questions=compose_register_questions(foundation),
        notices=foundation.shared.notices,
        references=references,
        receipts=compose_receipts(provider),
        ledger=database.ledger,
        sealer=provider.sealer,
        phone_index=foundation.shared.phone_index,
        policy=_policy(foundation),
        clock=foundation.clock,
        ties=database.ties,
        apart_for=foundation.settings.approvers_apart,
    )


def _not_me(foundation: Foundation, provider: Provider, notices: Notices) -> NotMe:
    database = foundation.database
    return NotMe(
        accounts=database.accounts,
        reader=database.notices,
        recoveries=database.recoveries,
        notices=notices,
        ledger=database.ledger,
        store=foundation.shortlived,
        not_me_hash=notices.not_me_hash,
        clock=foundation.clock,
        changes=database.contact_changes,
        sealer=provider.sealer,
        merges=compose_unmerging(foundation),
        limits=foundation.national_settings,
        wait=foundation.settings.change_wait,
    )


def compose_assisted_recovery(
    foundation: Foundation, provider: Provider, recovery: RecoveryDependencies
) -> AssistedRecovery:
    """Return what an officer does at a desk: the same steps, with drafts that no page of recovery opens."""
    store, sealer = foundation.shortlived, provider.sealer
    drafts = AgeingDrafts(store, sealer, "assisted-recovery", RecoveryDraft, DRAFT_LIFE, foundation.clock)
    return AssistedRecovery(
        officers=foundation.database.officers,
        subjects=recovery.recoveries.subjects,
        drafts=drafts,
        phones=replace(recovery.phones, drafts=drafts),
        starts=replace(recovery.starts, drafts=drafts),
        store=foundation.shortlived,
    )


def compose_reminders(foundation: Foundation) -> RecoveryReminders:
    """Return what the worker sends while somebody waits."""
    database = foundation.database
    return RecoveryReminders(
        database.recoveries,
        database.accounts,
        foundation.shared.notices,
        database.ledger,
        _policy(foundation),
        foundation.clock,
    )


def compose_settling(foundation: Foundation, provider: Provider) -> SettleContacts:
    """Return what lets contacts take their place."""
    database = foundation.database
    return SettleContacts(
        database.contact_changes, database.accounts, database.ledger, provider.sealer, foundation.clock
    )


def compose_phones_due(foundation: Foundation) -> PhonesDue:
    """Return what asks for phones that nobody confirmed for long."""
    database = foundation.database
    return PhonesDue(
        database.phone_ages, database.accounts, database.ledger, foundation.shared.notices, foundation.clock
    )


def _policy(foundation: Foundation) -> RecoveryPolicy:
    return RecoveryPolicy(wait=foundation.settings.recovery_wait)
