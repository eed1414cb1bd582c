"""What the pages of signing in are given."""

from msgspec import Struct

from idp.factors.checks import FactorChecks
from idp.factors.passkey.service import Passkeys
from idp.grants.consents import Consents
from idp.oauth.authorize import AuthorizeEndpoint
from idp.oauth.request_sources import RequestSources
from idp.sign_in.drafts import DraftStore
from idp.sign_in.interactions import Interaction
from idp.sign_in.passkey import PasskeySignIn
from idp.sign_in.password import SignIn
from idp.sign_in.second_steps import SecondSteps
from idp.sign_in.step_up import StepUp
from idp.sign_in.waiting_room import WaitingRoom
from idp.upstream.service import Federation
from idp.web.http.dependencies import WebDependencies


class FlowDependencies(Struct, frozen=True):
    """The way of a request through the pages: who asks, what was done, how many may wait."""

    web: WebDependencies
    sources: RequestSources
    authorize: AuthorizeEndpoint
    interactions: DraftStore[Interaction]
    waiting: WaitingRoom


class SignInDependencies(Struct, frozen=True):
    """Password, passkey, second step, step-up, consent."""

    web: WebDependencies
    authorize: AuthorizeEndpoint
    sign_in: SignIn
    passkeys: Passkeys
    passkey_sign_in: PasskeySignIn
    checks: FactorChecks
    step_up: StepUp
    second_steps: SecondSteps
    consents: Consents
    federation: Federation
