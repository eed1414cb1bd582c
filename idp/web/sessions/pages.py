"""The pages of signing out."""

from typing import ClassVar

from idp.web.http.page import FormPage, Page


class LogoutConfirmPage(FormPage, frozen=True, kw_only=True):
    """Button `action` = logout. `client_name` is the portal that asked, if one did."""

    template: ClassVar[str] = "sessions/logout_confirm.html"
    client_name: str | None
    display_name: str
    stay_url: str


class SignedOutPage(Page, frozen=True, kw_only=True):
    """The session is over; `portals` are being told (OIDC Back-Channel Logout 2.5). `rate_url` asks how it was."""

    template: ClassVar[str] = "sessions/signed_out.html"
    portals: tuple[str, ...]
    rate_url: str | None
