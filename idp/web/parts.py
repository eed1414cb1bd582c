"""What the pages and endpoints are given: use cases and facts, handed down once by the composition root."""

from msgspec import Struct

from clients.registry import ClientRegistry
from idp.delegation.choices import ActingChoices
from idp.grants.consents import Consents
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.outbox import Outbox
from idp.kernel.secrets import HashKey, Sealer
from idp.metrics.counter import QualityCounter
from idp.metrics.publishing import OpenQuality
from idp.oauth.authorize import AuthorizeEndpoint
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.legacy import DialectEndpoint
from idp.oauth.logout import LogoutEndpoint
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.outbound.health import LineWatch
from idp.protocol.policy import ProtocolPolicy
from idp.registration.service import Registration, Registrations
from idp.sessions.ports import SessionReader
from idp.sign_in.drafts import DraftShelf
from idp.sign_in.interactions import Interaction
from idp.sign_in.password import SignIn
from idp.sign_in.waiting_room import WaitingRoom
from idp.transparency.reading import LogReader
from idp.web.account.parts import OwnAccountParts
from idp.web.admin.parts import AdminParts
from idp.web.admin_api.parts import AdminApiParts
from idp.web.client_trials.parts import TrialParts
from idp.web.delegation.parts import MandateParts
from idp.web.factors.credential_parts import CredentialParts
from idp.web.factors.parts import FactorParts
from idp.web.factors.passkey_parts import PasskeyParts
from idp.web.http.notice_board import NoticeBoard
from idp.web.http.rendering import Pages
from idp.web.oauth.logos import LogoReader
from idp.web.oauth.ports import PublicKeys, Readiness
from idp.web.oauth.security_text import SecurityContact
from idp.web.officers.parts import OfficerParts
from idp.web.recovery.parts import RecoveryParts
from idp.web.upstream.parts import UpstreamParts


class Parts(Struct, frozen=True):
    """Everything the web edge calls."""

    issuer: str
    policy: ProtocolPolicy
    clock: Clock
    pages: Pages
    board: NoticeBoard
    form_key: HashKey
    cookie_hash: HashKey
    sealer: Sealer
    registry: ClientRegistry
    open_quality: OpenQuality
    sessions: SessionReader
    ledger: Ledger
    outbox: Outbox
    authorize: AuthorizeEndpoint
    token: TokenEndpoint
    inspection: InspectionEndpoint
    userinfo: UserinfoEndpoint
    logout: LogoutEndpoint
    dialect: DialectEndpoint
    sign_in: SignIn
    factors: FactorParts
    credentials: CredentialParts
    passkeys: PasskeyParts
    upstream: UpstreamParts
    registrations: Registrations
    recovery: RecoveryParts
    acting: ActingChoices
    consents: Consents
    own: OwnAccountParts
    mandates: MandateParts
    officers: OfficerParts
    admin: AdminParts
    admin_api: AdminApiParts
    logos: LogoReader
    trying: TrialParts
    interactions: DraftShelf[Interaction]
    waiting: WaitingRoom
    registration_drafts: DraftShelf[Registration]
    public_keys: PublicKeys
    readiness: Readiness
    transparency: LogReader
    register_watches: tuple[LineWatch, ...]
    security_contact: SecurityContact | None
    quality: QualityCounter

    @property
    def secure(self) -> bool:
        """Say whether the provider is reached by https, so that cookies can be bound to its host."""
        return self.issuer.startswith("https://")
