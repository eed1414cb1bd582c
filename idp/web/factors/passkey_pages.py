"""The pages of passkeys, and the part that other pages' forms include to ask for one."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from idp.factors.passkey.own_passkeys import AddRefusal
from idp.factors.passkey.service import PasskeyPrompt, PasskeyRefusal
from idp.web.account.shell_page import AccountFormPage
from idp.web.http.page import Page
from idp.web.http.texts import Message

Change = Literal["added", "renamed", "removed"]

REFUSALS: Mapping[PasskeyRefusal, Message] = {
    PasskeyRefusal.REFUSED: Message("passkey_refused"),
    PasskeyRefusal.EXPIRED: Message("passkey_expired"),
}
ADD_REFUSALS: Mapping[AddRefusal, Message] = {
    AddRefusal.REFUSED: Message("passkey_not_added"),
    AddRefusal.EXPIRED: Message("passkey_expired"),
    AddRefusal.LIMIT: Message("passkey_limit"),
}


class PasskeyPart(Struct, frozen=True, kw_only=True):
    """What `passkeys/sign_in_part.html`, included inside a page's form, needs as `page.passkey`.

    It adds fields `challenge` and `credential` and the button `action` = passkey, which sends the form to `action` if
    that is not the form's own ("" for the form's own). With `autofill`, passkeys are also offered in the input that
    says `autocomplete="username webauthn"` (WebAuthn Level 3, 5.1.4). Hidden where there is no script.
    """

    action: str
    prompt: PasskeyPrompt
    autofill: bool


class PasskeyRefusedPage(Page, frozen=True, kw_only=True):
    """A passkey that did not sign anybody in: one page for every reason, with the ways on."""

    template: ClassVar[str] = "factors/passkey_refused.html"
    error: Message
    sign_in_url: str


class PasskeyRow(Struct, frozen=True, kw_only=True):
    """One passkey in the list. Instants are written out; `last_used` is empty for one never used."""

    label: str
    shared: bool
    created: str
    last_used: str
    edit_url: str


class PasskeysPage(AccountFormPage, frozen=True, kw_only=True):
    """The passkeys of an account; its form adds one. Fields `label`, `challenge`, `credential`, filled by script."""

    template: ClassVar[str] = "factors/passkeys.html"
    passkeys: tuple[PasskeyRow, ...]
    prompt: PasskeyPrompt
    label: str
    full: bool
    done: Change | None
    error: Message | None


class PasskeyPage(AccountFormPage, frozen=True, kw_only=True):
    """One passkey. Field `label`; buttons `action` = rename or remove."""

    template: ClassVar[str] = "factors/passkey.html"
    passkey: PasskeyRow
    back_url: str
    error: Message | None
