"""The pages of a device's code: entering it, confirming what it stands for, how it ended."""

from typing import ClassVar, Literal

from msgspec import Struct

from idp.settings.notices import NoticePlace
from idp.web.account.shell_page import AccountFormPage
from idp.web.http.page import FormPage, Page
from idp.web.http.texts import Message
from idp.web.sign_in.pages import ClaimKey, StateNotice

DeviceEnd = Literal["allowed", "denied", "gone", "unmet"]


class DeviceCodePage(FormPage, frozen=True, kw_only=True):
    """Field `user_code`, filled in where the address had one; button `action` = continue."""

    template: ClassVar[str] = "device_grant/code.html"
    notice_place: ClassVar[NoticePlace | None] = NoticePlace.SIGN_IN
    display_name: str
    code: str
    error: Message | None


class DeviceConfirmPage(FormPage, frozen=True, kw_only=True):
    """Buttons `action` = allow or deny. The code is there to be compared, however it came."""

    template: ClassVar[str] = "device_grant/confirm.html"
    display_name: str
    # Empty where a client named the person: then `message` is what both show, if the client sent one.
    code: str
    message: str
    asked_at: str
    client_name: str
    # Whose service it is, as the tree of agencies has it; empty where it is no agency's.
    agency: str
    logo_url: str | None
    # False of a client that proves nothing: whoever knows its name can ask in its name.
    proven: bool
    claims: tuple[ClaimKey, ...]
    # What a State portal may have by law; None where the button is a consent.
    notice: StateNotice | None
    policy_uri: str | None
    # It may read on after the person has signed out.
    offline: bool
    # Whom the person acts for; empty for themself.
    acting_for: str


class AskedEntry(Struct, frozen=True, kw_only=True):
    """What one client asks; its button's `action` is `id`."""

    number: int
    id: str
    client_name: str
    message: str
    asked_at: str


class AskedPage(AccountFormPage, frozen=True, kw_only=True):
    """What clients ask the person (CIBA 8). Buttons open one each; `done` is how the last one ended."""

    template: ClassVar[str] = "device_grant/asked.html"
    asked: tuple[AskedEntry, ...]
    done: DeviceEnd | None


class DeviceDonePage(Page, frozen=True, kw_only=True):
    """How the request ended, and what to do at the device."""

    template: ClassVar[str] = "device_grant/done.html"
    outcome: DeviceEnd
    again_url: str
    portals_url: str
