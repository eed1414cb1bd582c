"""What each feature of the web edge is given. Only the table of routes sees them together, and hands each on."""

from msgspec import Struct

from idp.admin.dynamic_registration.service import DynamicRegistration
from idp.kernel.secrets import HashKey
from idp.web.account.dependencies import (
    AccountDependencies,
    IdentityDependencies,
    JoiningDependencies,
    NoticeDependencies,
)
from idp.web.admin.dependencies import AdminDependencies
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.client_trials.dependencies import TrialDependencies
from idp.web.delegation.dependencies import ActForDependencies, DelegationDependencies
from idp.web.developers.dependencies import DeveloperDependencies
from idp.web.device_grant.dependencies import DeviceDependencies
from idp.web.factors.dependencies import FactorDependencies
from idp.web.http.dependencies import WebDependencies
from idp.web.http.rendering import Pages
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.metrics.dependencies import OpenDataDependencies
from idp.web.oauth.dependencies import BackChannelDependencies, PublishedDependencies
from idp.web.officers.dependencies import OfficerDependencies
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.registration.dependencies import RegistrationDependencies
from idp.web.sessions.dependencies import LogoutDependencies
from idp.web.sign_in.dependencies import FlowDependencies, SignInDependencies
from idp.web.status.dependencies import StatusDependencies
from idp.web.transparency.dependencies import TransparencyDependencies
from idp.web.upstream.dependencies import UpstreamDependencies


class PageDependencies(Struct, frozen=True):
    """How pages are rendered and their forms protected."""

    pages: Pages
    form_key: HashKey


class OwnPagesDependencies(Struct, frozen=True):
    """The pages of one's own account."""

    account: AccountDependencies
    identity: IdentityDependencies
    notices: NoticeDependencies
    joining: JoiningDependencies
    factors: FactorDependencies
    delegation: DelegationDependencies


class SigningInDependencies(Struct, frozen=True):
    """The pages between a client's request and its answer."""

    flow: FlowDependencies
    sign_in: SignInDependencies
    act_for: ActForDependencies
    logout: LogoutDependencies
    upstream: UpstreamDependencies
    registration: RegistrationDependencies
    device: DeviceDependencies


class Dependencies(Struct, frozen=True):
    """One record for each group of the table of routes."""

    web: WebDependencies
    rendering: PageDependencies
    back_channel: BackChannelDependencies
    dynamic_registration: DynamicRegistration
    published: PublishedDependencies
    signing_in: SigningInDependencies
    trials: TrialDependencies
    recovery: RecoveryDependencies
    own: OwnPagesDependencies
    officers: OfficerDependencies
    admin: AdminDependencies
    admin_api: AdminApiDependencies
    legacy: LegacyDependencies
    developers: DeveloperDependencies
    status: StatusDependencies
    open_data: OpenDataDependencies
    transparency: TransparencyDependencies
