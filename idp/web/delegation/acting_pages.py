"""The page on which a person says for whom they act."""

from typing import ClassVar

from msgspec import Struct

from idp.delegation.model import MandateKind, Power
from idp.web.http.page import FormPage
from idp.web.http.texts import Message


class ActForChoice(Struct, frozen=True, kw_only=True):
    """One principal; `number` makes the button's id, `value` is what it sends. No end: `ends_at` is empty."""

    number: int
    value: str
    name: str
    code: str | None
    kind: MandateKind
    powers: tuple[Power, ...]
    ends_at: str
    current: bool


class ActForPage(FormPage, frozen=True, kw_only=True):
    """Buttons `action` = a choice's value, "self", or cancel. `others` are held but do not fit what is asked for.

    Without choices and without `self_allowed` it is the end of the way: it says what the client needs.
    """

    template: ClassVar[str] = "delegation/act_for.html"
    client_name: str | None
    display_name: str
    self_allowed: bool
    self_current: bool
    choices: tuple[ActForChoice, ...]
    others: tuple[ActForChoice, ...]
    # What the client or its request needs: any one of them.
    needed_powers: tuple[Power, ...]
    error: Message | None
