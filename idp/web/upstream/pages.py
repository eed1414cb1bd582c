"""The pages of signing in through an upstream provider: the offer, the first time, one's own links."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from idp.upstream.errors import Why
from idp.upstream.first_time import Possible
from idp.upstream.linking import Linked
from idp.web.account.shell_page import AccountFormPage
from idp.web.http.page import FormPage
from idp.web.http.texts import Message

LinkDone = Literal["unlinked"] | Linked | Why
# By the word in the address.
LINK_DONE: Mapping[str, LinkDone] = {
    "unlinked": "unlinked",
    **{linked.value: linked for linked in Linked},
    **{why.value: why for why in Why},
}


class UpstreamChoice(Struct, frozen=True, kw_only=True):
    """One provider that can be signed in with; `working` is False while it does not answer."""

    id: str
    name: str
    used_last: bool
    working: bool


class UpstreamPart(Struct, frozen=True, kw_only=True):
    """The providers on the sign-in page: a form of its own, whose button's `action` is the provider's id.

    `first` puts it above the password: this browser used one last time.
    """

    action: str
    hidden: tuple[tuple[str, str], ...]
    choices: tuple[UpstreamChoice, ...]
    first: bool
    why: Why | None


class UpstreamFirstPage(FormPage, frozen=True, kw_only=True):
    """Fields `password` with button `action` = link; `phone` with button open; cancel."""

    template: ClassVar[str] = "upstream/first.html"
    provider_name: str
    display_name: str
    masked_number: str
    possible: Possible
    phone: str
    error: Message | None
    phone_error: Message | None
    recover_url: str


class LinkedUpstream(Struct, frozen=True, kw_only=True):
    """One link of the account; `mark` names it in the form."""

    mark: str
    provider_name: str
    linked_at: str
    last_used: str


class LinkChoice(Struct, frozen=True, kw_only=True):
    """A provider that no link leads to yet."""

    id: str
    name: str


class UpstreamsPage(AccountFormPage, frozen=True, kw_only=True):
    """One's own links; `action` = the link's mark; to `link_action`, a provider's id or `waits:` and it."""

    template: ClassVar[str] = "upstream/own.html"
    links: tuple[LinkedUpstream, ...]
    link_action: str
    choices: tuple[LinkChoice, ...]
    # Whose word ends the wait of changes; all that prove their people, linked or not.
    provers: tuple[LinkChoice, ...]
    # On a shared computer the sign-in there would stay behind for whoever comes next.
    shared_computer: bool
    done: LinkDone | None
    error: Message | None
