"""The pages of passkeys."""

from idp.factors.passkey.service import PasskeyPrompt
from idp.web.factors.passkey_pages import PasskeyPage, PasskeyPart, PasskeyRefusedPage, PasskeyRow, PasskeysPage
from idp.web.http.texts import Message
from tests.unit.web_pages.samples.account import shell


def passkey_part(text: str) -> PasskeyPart:
    """Return what a page shows to ask for a passkey."""
    return PasskeyPart(action=f"/sign-in/passkey/{text}", prompt=PasskeyPrompt(text, text), autofill=True)


def passkey_row(text: str) -> PasskeyRow:
    """Return a passkey that was used before."""
    return PasskeyRow(label=text, shared=True, created=text, last_used=text, edit_url=f"/account/passkeys/edit?{text}")


def passkeys_page(text: str) -> PasskeysPage:
    """Return the list after a passkey was added, with one of each kind."""
    unused = PasskeyRow(label=f"{text} 2", shared=False, created=text, last_used="", edit_url=f"/edit?{text}")
    return PasskeysPage(
        other_language_url=f"?x={text}",
        action=f"/account/passkeys?{text}",
        hidden=((text, text),),
        shell=shell(text, "factors"),
        passkeys=(passkey_row(text), unused),
        prompt=PasskeyPrompt(text, text),
        label=text,
        full=False,
        done="added",
        error=None,
    )


def passkey_page(text: str) -> PasskeyPage:
    """Return one passkey whose new name was left empty."""
    return PasskeyPage(
        other_language_url=f"?x={text}",
        action=f"/account/passkeys/edit?{text}",
        hidden=((text, text),),
        shell=shell(text, "factors"),
        passkey=passkey_row(text),
        back_url=f"/account/passkeys?{text}",
        error=Message("required"),
    )


def passkey_refused_page(text: str) -> PasskeyRefusedPage:
    """Return a passkey that signed nobody in."""
    return PasskeyRefusedPage(
        other_language_url=f"?x={text}", error=Message("passkey_refused"), sign_in_url=f"/sign-in/{text}"
    )
