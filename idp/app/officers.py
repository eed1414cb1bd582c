"""Officers: their accounts, setting one up, helping a citizen at a counter."""

from datetime import timedelta

from idp.account.notices.messages import Messages
from idp.adapters.sql.database import Database
from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.app.factors.passwords import compose_password_rules
from idp.app.foundation.known_people import compose_own_identities
from idp.app.foundation.opening import Foundation
from idp.app.recovery import compose_assisted_recovery
from idp.app.sign_in import Citizens
from idp.app.site import SITE
from idp.factors.drafts import FactorDraft
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.model import PasskeySite
from idp.kernel.clock import Clock
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey
from idp.officers.counter import Counter
from idp.officers.counter_drafts import SITTING, CounterDraft
from idp.officers.counter_phone import CounterPhone
from idp.officers.counter_session import SessionKeys
from idp.officers.enrolment import EnrolmentDraft, OfficerEnrolment
from idp.officers.people import OfficerPeople
from idp.officers.service import OfficerAccounts
from idp.protocol.provider import Provider
from idp.sign_in.drafts import DraftStore
from idp.web.officers.dependencies import OfficerDependencies
from idp.web.recovery.dependencies import RecoveryDependencies
from records.structs import replace

# From the first page of setting an account up to the last: an app must be found and installed.
ENROLMENT_DRAFT_LIFE = timedelta(minutes=30)


def officer_accounts(database: Database, root: RootKey, messages: Messages, clock: Clock) -> OfficerAccounts:
    """Return what changes officers' accounts."""
    return OfficerAccounts(
        database.officers,
        database.ledger,
        root.sealer(),
        root.hash_key(KeyPurpose.PERSONAL_NUMBERS),
        root.hash_key(KeyPurpose.OFFICER_ENROLMENTS),
        messages,
        clock,
    )


def compose_officer_accounts(foundation: Foundation) -> OfficerAccounts:
    """Return the service of officers' accounts for one process."""
    return officer_accounts(foundation.database, foundation.root_key, foundation.shared.messages, foundation.clock)


def compose_officers(
    foundation: Foundation, provider: Provider, citizens: Citizens, recovery: RecoveryDependencies
) -> OfficerDependencies:
    """Return everything that the pages of officers call."""
    database, clock = foundation.database, foundation.clock
    enrolment = OfficerEnrolment(
        accounts=compose_officer_accounts(foundation),
        drafts=DraftStore(
            foundation.shortlived, provider.sealer, "officer-enrolment", EnrolmentDraft, ENROLMENT_DRAFT_LIFE
        ),
        rules=compose_password_rules(foundation.settings),
        hasher=foundation.hasher,
        ceremonies=WebauthnCeremonies(PasskeySite.of_issuer(provider.issuer, SITE.name["vi"])),
        challenges=PasskeyChallenges(provider.sealer),
        ledger=database.ledger,
        store=foundation.shortlived,
        sealer=provider.sealer,
        clock=clock,
        people=compose_officer_people(foundation),
        limits=foundation.national_settings,
    )
    # Another store than that of signing in: what is shown at a counter signs nobody in (SE-1).
    factor_drafts = DraftStore(foundation.shortlived, provider.sealer, "counter-factor", FactorDraft, SITTING)
    checks = replace(citizens.factors.checks, drafts=factor_drafts)
    steps = replace(citizens.factors.second_steps, checks=checks, drafts=factor_drafts)
    return OfficerDependencies(
        web=recovery.web,
        enrolment=enrolment,
        counter=_counter(foundation, provider),
        counter_phone=_counter_phone(foundation, provider),
        screen_sign_in=replace(citizens.sign_in, second_steps=steps, always_two_steps=True),
        screen_steps=steps,
        recovery=compose_assisted_recovery(foundation, provider, recovery),
    )


def compose_officer_people(foundation: Foundation) -> OfficerPeople:
    """Return what reads whose an officer's account is, and keeps it."""
    root = foundation.root_key
    identities = compose_own_identities(foundation)
    return OfficerPeople(identities, foundation.shared.sealer, root.hash_key(KeyPurpose.OFFICER_NUMBERS))


def _counter_drafts(foundation: Foundation, provider: Provider) -> DraftStore[CounterDraft]:
    return DraftStore(foundation.shortlived, provider.sealer, "counter", CounterDraft, SITTING)


def _counter(foundation: Foundation, provider: Provider) -> Counter:
    database, root = foundation.database, foundation.root_key
    return Counter(
        accounts=database.accounts,
        officers=database.officers,
        drafts=_counter_drafts(foundation, provider),
        ledger=database.ledger,
        store=foundation.shortlived,
        keys=SessionKeys(provider.token_hash, provider.sealer),
        notices=foundation.shared.notices,
        number_index=foundation.shared.number_index,
        mark=root.hash_key(KeyPurpose.COUNTER),
        clock=foundation.clock,
    )


def _counter_phone(foundation: Foundation, provider: Provider) -> CounterPhone:
    database = foundation.database
    return CounterPhone(
        accounts=database.accounts,
        approvals=database.approvals,
        drafts=_counter_drafts(foundation, provider),
        ledger=database.ledger,
        sealer=provider.sealer,
        clock=foundation.clock,
    )
