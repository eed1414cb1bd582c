"""The use cases for citizens: signing in, stepping up, registering."""

from datetime import timedelta
from typing import TypeVar

from msgspec import Struct

from idp.app.factors.passkeys import PasskeyUse, compose_passkeys, compose_shown_passkeys
from idp.app.factors.passwords import Credentials, compose_credentials, compose_password_rules
from idp.app.factors.service import SecondFactors, compose_factors
from idp.app.foundation.known_people import compose_devices
from idp.app.foundation.messages import compose_codes, compose_register_questions
from idp.app.foundation.opening import Foundation
from idp.app.oauth import Endpoints
from idp.app.proofing import compose_opening
from idp.app.site import SITE
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.password.renewals import PasswordRenewals
from idp.grants.consents import Consents
from idp.oauth.authorize import AuthorizeEndpoint
from idp.proofing.service import ProofingService
from idp.protocol.provider import Provider
from idp.registration.service import Registration, Registrations
from idp.sessions.browser_sessions import BrowserSessions
from idp.sign_in.drafts import DraftStore
from idp.sign_in.interactions import Interaction
from idp.sign_in.limits import SignInLimits
from idp.sign_in.password import SignIn
from idp.sign_in.waiting_room import WaitingRoom
from idp.web.factors.dependencies import FactorDependencies
from idp.web.http.dependencies import WebDependencies
from idp.web.sign_in.dependencies import FlowDependencies, SignInDependencies

T = TypeVar("T")
# A person who fetches the phone from another room finds the registration where it was.
REGISTRATION_LIFE = timedelta(minutes=30)


class Citizens(Struct, frozen=True):
    """The use cases for citizens that share parts."""

    sign_in: SignIn
    factors: SecondFactors
    passkeys: PasskeyUse
    registrations: Registrations
    credentials: Credentials


def compose_citizens(foundation: Foundation, provider: Provider) -> Citizens:
    """Return signing in, stepping up and registering."""
    database, clock, store = foundation.database, foundation.clock, foundation.shortlived
    sessions = BrowserSessions(database.ledger, provider.token_hash)
    notices = foundation.shared.notices
    devices = compose_devices(foundation)
    codes = compose_codes(foundation)
    opening = compose_opening(foundation, provider)
    drafts = draft_store(foundation, provider, "registration", Registration, REGISTRATION_LIFE)
    rules = compose_password_rules(foundation.settings)
    proofing = ProofingService(foundation.registers.population)
    shown_passkeys = compose_shown_passkeys(foundation, provider, SITE.name["vi"])
    factors = compose_factors(foundation, provider, sessions, codes, devices, shown_passkeys)
    return Citizens(
        passkeys=compose_passkeys(foundation, provider, shown_passkeys, devices),
        sign_in=SignIn(
            database.accounts,
            foundation.hasher,
            PasswordRenewals(foundation.hasher),
            database.ledger,
            sessions,
            devices,
            SignInLimits(
                database.ledger,
                store,
                foundation.admission,
                foundation.settings.strangers_per_minute,
                foundation.settings.strangers_per_network,
                foundation.national_settings,
            ),
            factors.second_steps,
            foundation.shared.number_index,
            clock,
        ),
        credentials=compose_credentials(foundation, provider, rules, notices, codes),
        factors=factors,
        registrations=Registrations(
            drafts,
            codes,
            store,
            compose_register_questions(foundation),
            proofing,
            PhoneOwnership(foundation.registers.subscribers),
            opening,
            rules,
            clock,
            foundation.national_settings,
        ),
    )


def compose_flow(
    foundation: Foundation, provider: Provider, web: WebDependencies, endpoints: Endpoints
) -> FlowDependencies:
    """Return what leads a request through the pages."""
    life = provider.policy.interaction_life
    most_kib = foundation.settings.waiting_requests_mib * 1024
    interactions = draft_store(foundation, provider, "interaction", Interaction, life)
    room = WaitingRoom(foundation.shortlived, most_kib, life)
    return FlowDependencies(web, endpoints.sources, endpoints.authorize, interactions, room)


def compose_sign_in_pages(
    foundation: Foundation, web: WebDependencies, authorize: AuthorizeEndpoint, citizens: Citizens
) -> SignInDependencies:
    """Return what the pages of signing in are given."""
    factors, passkeys = citizens.factors, citizens.passkeys
    return SignInDependencies(
        web=web,
        authorize=authorize,
        sign_in=citizens.sign_in,
        passkeys=passkeys.passkeys,
        passkey_sign_in=passkeys.sign_in,
        checks=factors.checks,
        step_up=factors.step_up,
        second_steps=factors.second_steps,
        consents=Consents(web.ledger, web.clock),
        federation=foundation.upstreams.federation,
    )


def compose_factor_pages(web: WebDependencies, citizens: Citizens) -> FactorDependencies:
    """Return what the pages of one's own factors are given."""
    factors, credentials = citizens.factors, citizens.credentials
    return FactorDependencies(
        web=web,
        sign_in=citizens.sign_in,
        checks=factors.checks,
        step_up=factors.step_up,
        enrolled=factors.enrolled,
        totp=factors.totp,
        recovery_codes=factors.recovery_codes,
        approvals=factors.approvals,
        two_steps=factors.two_steps,
        passkeys=citizens.passkeys.own,
        password=credentials.password,
        contacts=credentials.contacts,
    )


def draft_store(
    foundation: Foundation, provider: Provider, kind: str, draft: type[T], life: timedelta
) -> DraftStore[T]:
    return DraftStore(foundation.shortlived, provider.sealer, kind, draft, life)
