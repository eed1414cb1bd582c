"""The pages of trying a client out. Times come as the text that is shown."""

from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import ClientId, Stage
from idp.client_trials.findings import Explained, Outcome
from idp.client_trials.model import Variant
from idp.web.admin.shell_page import AdminFormPage
from idp.web.http.page import FormPage, Page

# What happened last that no attempt tells: an answer that nobody waits for, and no place for another attempt.
TrialNotice = Literal["unknown_state", "too_many", "signed_out"]


class InventedEntry(Struct, frozen=True, kw_only=True):
    """Somebody to sign in as."""

    name: str
    number: str


class TrialStartPage(AdminFormPage, frozen=True, kw_only=True):
    """A client before a run: what a run does, and what it costs."""

    template: ClassVar[str] = "admin/clients/try.html"
    client_id: ClientId
    name: str
    stage: Stage


class AttemptLink(Struct, frozen=True, kw_only=True):
    """One attempt in the list of them."""

    number: int
    variant: Variant
    outcome: Outcome
    current: bool


class TrialRunPage(FormPage, frozen=True, kw_only=True):
    """A run: what can be tried, as whom, and one attempt explained."""

    template: ClassVar[str] = "client_trials/room.html"
    client_id: ClientId
    name: str
    ends_at: str
    variants: tuple[Variant, ...]
    people: tuple[InventedEntry, ...]
    password: str
    app_secret: str
    attempts: tuple[AttemptLink, ...]
    shown: Explained | None
    # The errors of the shown attempt that the catalogue knows.
    known_errors: frozenset[str]
    may_sign_out: bool
    notice: TrialNotice | None


class TrialOverPage(Page, frozen=True, kw_only=True):
    """No run is open in this browser."""

    template: ClassVar[str] = "client_trials/over.html"
