"""The pages on which somebody joins another account of theirs with this one."""

from typing import ClassVar

from msgspec import Struct

from idp.web.account.shell_page import AccountFormPage
from idp.web.http.texts import Message


class WaitingJoining(Struct, frozen=True, kw_only=True):
    """Two accounts on their way to one; `goes` says that it is the account of this session that goes up."""

    due: str
    goes: bool


class JoiningPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `number` (empty for one's own) and `password`; buttons `action` = show, or withdraw where one waits.

    Only a proved account takes another up; `identity_url` leads to where it is proved.
    """

    template: ClassVar[str] = "account/joining.html"
    waiting: WaitingJoining | None
    proved: bool
    number: str
    identity_url: str
    error: Message | None


class JoinedAccount(Struct, frozen=True, kw_only=True):
    """One of the two, as far as a page shows it."""

    name: str
    masked_number: str


class ConfirmJoiningPage(AccountFormPage, frozen=True, kw_only=True):
    """Field `understood`; button `action` = join. Both accounts by name."""

    template: ClassVar[str] = "account/confirm_joining.html"
    stays: JoinedAccount
    goes: JoinedAccount
    due: str
    stay_url: str
    error: Message | None
