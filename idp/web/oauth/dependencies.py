"""What the endpoints of programs and the published documents are given."""

from msgspec import Struct

from idp.oauth.devices.authorization import DeviceAuthorizationEndpoint
from idp.oauth.devices.backchannel import BackchannelEndpoint
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.pushed_requests import PushedRequestEndpoint
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.outbound.health import ServiceWatch
from idp.protocol.sender.mutual_tls import MutualTls
from idp.web.http.assets import Assets
from idp.web.http.dependencies import WebDependencies
from idp.web.oauth.logos import LogoReader
from idp.web.oauth.ports import PublicKeys, Readiness
from idp.web.oauth.security_text import SecurityContact


class BackChannelDependencies(Struct, frozen=True):
    """The endpoints that a relying party's server calls."""

    pushed: PushedRequestEndpoint
    token: TokenEndpoint
    inspection: InspectionEndpoint
    userinfo: UserinfoEndpoint
    device_authorization: DeviceAuthorizationEndpoint
    backchannel: BackchannelEndpoint


class PublishedDependencies(Struct, frozen=True):
    """What anybody may read: discovery, keys, health, static files."""

    web: WebDependencies
    public_keys: PublicKeys
    readiness: Readiness
    register_watches: tuple[ServiceWatch, ...]
    security_contact: SecurityContact | None
    assets: Assets
    logos: LogoReader
    mutual_tls: MutualTls | None = None
