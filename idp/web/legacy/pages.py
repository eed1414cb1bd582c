"""The page of an old portal whose call is refused."""

from datetime import date
from typing import ClassVar, Literal

from idp.web.http.page import Page

# The refusals that a browser can meet; servers get theirs as JSON.
LegacyReason = Literal[
    "not_registered",
    "ended",
    "identity_in_browser",
    "token_in_url",
    "implicit_flow",
    "plain_http",
    "unregistered_address",
    "unregistered_goodbye",
    "framed",
    "hint_unknown",
]


class LegacyRefusedPage(Page, frozen=True, kw_only=True):
    """What a person can do now, and what the portal's team must change; `reason` names the text of the latter.

    `sign_out_url` is there where the portal wanted to sign the person out, which they can still do here.
    """

    template: ClassVar[str] = "legacy/refused.html"
    code: str
    reason: str
    ended_on: date | None
    reference: str
    sign_out_url: str | None
