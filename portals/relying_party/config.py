"""The five demonstration portals: what each is called, asks for, and proves itself with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Locale = Literal["vi", "en"]
AuthMethod = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]

ISSUER = "http://localhost:8000"
STEP_UP_ACR = "loa3"
# What opening a business account takes: an organisation, and the power to bind it.
BUSINESS_POWER = "sign"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    vi: str
    en: str

    def __getitem__(self, locale: Locale) -> str:
        return self.vi if locale == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Colours:
    """The portal's colours; `accent` carries white text, so it keeps a contrast of at least 4.5 to white."""

    accent: str
    tint: str


@dataclass(frozen=True, slots=True)
class OldRegistration:
    """The registration of a portal's old code, which still speaks the former sign-on (`portals.old_portal`)."""

    client_id: str
    client_secret: str
    path: str


@dataclass(frozen=True, slots=True)
class Portal:
    """One relying party. Its registration at the provider is the entry of the same `client_id` in `portals.yaml`."""

    client_id: str
    name: Text
    summary: Text
    colours: Colours
    port: int
    scope: str
    auth_method: AuthMethod
    client_secret: str | None = None
    issuer: str = ISSUER
    host: str = "127.0.0.1"
    silent_sign_in: bool = False
    offers_step_up: bool = False
    pseudonymous: bool = False
    # Deals with people who act for others: shows for whom, and lets them switch.
    offers_acting: bool = False
    # Has one service for organisations only.
    offers_business: bool = False
    # Its officers file for citizens at a counter.
    offers_counter: bool = False
    # Subscribed to what happens to accounts between sign-ins.
    receives_events: bool = False
    # Old code that runs beside the new until the move is done.
    legacy: OldRegistration | None = None
    # Pinned, never read from the token: RFC 8725 3.1.
    id_token_algorithm: str = "ES256"
    # More would only lengthen the life of stolen tokens; clocks that are further apart need repair.
    clock_skew: timedelta = timedelta(seconds=30)
    # Also how long a sign-in may take: registering with a confirmed phone takes a while.
    session_idle: timedelta = timedelta(minutes=30)

    @property
    def origin(self) -> str:
        """The address that browsers use, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to; registered byte for byte."""
        return f"{self.origin}/callback"

    @property
    def post_logout_redirect_uri(self) -> str:
        """Where the provider sends the browser after RP-initiated logout."""
        return f"{self.origin}/signed-out"

    @property
    def cookie_name(self) -> str:
        """The session cookie. Cookies are not separated by port (RFC 6265 8.5), so the name carries it."""
        return f"portal_{self.port}"


NATIONAL = Portal(
    client_id="cong-dich-vu-cong-quoc-gia",
    name=Text("Cổng Dịch vụ công quốc gia", "National Public Service Portal"),
    summary=Text(
        "Một nơi để tìm, nộp và theo dõi mọi thủ tục hành chính.",
        "One place to find, file and follow every administrative procedure.",
    ),
    colours=Colours(accent="#a3201d", tint="#fbf1f0"),
    port=8101,
    scope="openid profile email phone address verified_identity",
    auth_method="client_secret_basic",
    client_secret="demo-only-secret-of-the-national-portal-8101",
    offers_step_up=True,
    offers_acting=True,
    receives_events=True,
)
JUSTICE = Portal(
    client_id="bo-tu-phap",
    name=Text("Cổng dịch vụ công Bộ Tư pháp", "Ministry of Justice Public Service Portal"),
    summary=Text(
        "Phiếu lý lịch tư pháp, hộ tịch, công chứng và các thủ tục ngành tư pháp.",
        "Criminal records, civil status, notarial and other procedures of justice.",
    ),
    colours=Colours(accent="#1f4e8c", tint="#eff4fb"),
    port=8102,
    scope="openid profile phone",
    auth_method="client_secret_post",
    client_secret="demo-only-secret-of-the-justice-portal-8102",
    silent_sign_in=True,
    offers_counter=True,
)
HANOI = Portal(
    client_id="ha-noi",
    name=Text("Cổng dịch vụ công thành phố Hà Nội", "Hanoi Public Service Portal"),
    summary=Text(
        "Thủ tục hành chính của thành phố và các xã, phường.",
        "Procedures of the city, its wards and communes.",
    ),
    colours=Colours(accent="#8a4b08", tint="#fbf5ec"),
    port=8103,
    scope="openid profile phone",
    auth_method="private_key_jwt",
    silent_sign_in=True,
    offers_acting=True,
    legacy=OldRegistration("ha-noi-cu", "demo-only-secret-of-the-old-portal-8103", "/cu"),
)
BANK = Portal(
    client_id="ngan-hang-demo",
    name=Text("Ngân hàng Trình diễn", "Demonstration Bank"),
    summary=Text(
        "Mở tài khoản bằng danh tính quốc gia: chỉ nhận những gì bạn đồng ý.",
        "Open an account with your national identity: we receive only what you agree to.",
    ),
    colours=Colours(accent="#0f6b4f", tint="#eef8f4"),
    port=8104,
    scope="openid profile",
    auth_method="private_key_jwt",
    offers_step_up=True,
    offers_acting=True,
    offers_business=True,
)
FEEDBACK = Portal(
    client_id="phan-anh-kien-nghi",
    name=Text("Phản ánh, kiến nghị", "Feedback and Petitions"),
    summary=Text(
        "Gửi phản ánh, kiến nghị mà không cần nêu tên.",
        "Send feedback and petitions without giving your name.",
    ),
    colours=Colours(accent="#5b3a8c", tint="#f5f1fa"),
    port=8105,
    scope="openid",
    auth_method="none",
    pseudonymous=True,
)

PORTALS: tuple[Portal, ...] = (NATIONAL, JUSTICE, HANOI, BANK, FEEDBACK)


def portal_of(client_id: str) -> Portal:
    """Return the portal with this client id; KeyError when there is none."""
    return {portal.client_id: portal for portal in PORTALS}[client_id]
