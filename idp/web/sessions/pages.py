"""The pages of signing out."""

from typing import ClassVar

from msgspec import Struct

from idp.web.http.page import FormPage, Page


class LogoutConfirmPage(FormPage, frozen=True, kw_only=True):
    """Button `action` = logout. `client_name` is the portal that asked, if one did."""

    template: ClassVar[str] = "sessions/logout_confirm.html"
    client_name: str | None
    display_name: str
    stay_url: str


class FrameEntry(Struct, frozen=True, kw_only=True):
    """A portal that the browser tells by loading its page."""

    name: str
    address: str


class SignedOutPage(Page, frozen=True, kw_only=True):
    """The session is over; `portals` are being told (OIDC Back-Channel Logout 2.5). `rate_url` asks how it was.

    `frames` are told by the browser (OIDC Front-Channel Logout 3), `left_out` by nobody; then it goes on to
    `continue_url`.
    """

    template: ClassVar[str] = "sessions/signed_out.html"
    portals: tuple[str, ...]
    rate_url: str | None
    frames: tuple[FrameEntry, ...] = ()
    left_out: tuple[str, ...] = ()
    continue_url: str | None = None
    continue_to: str = ""
