"""A person confides an e-mail, an authenticator app and printed codes to the account: canaries of the leak tests."""

import re

from idp.kernel.secrets import Secret
from tests.flows.running_provider import RunningProvider
from tests.support.authenticator_app import App
from tests.support.plain.browser import Browser, shown
from tests.support.waiting import wait_for

_NOT_ME_CODE = re.compile(r"\b[A-HJ-NP-Z2-9]{10}\b")
_CODE = re.compile(r"\b\d{6}\b")


def _word_to(running: RunningProvider, address: str, form: re.Pattern[str]) -> str:
    """Return the newest word of a form in what was sent to an address."""

    def newest() -> str | None:
        words = [word for text in running.listener.texts_to(address) for word in form.findall(text)]
        return words[-1] if words else None

    return wait_for(f"{form.pattern} to {address}", newest)


def confide(running: RunningProvider, browser: Browser, email: str, phone: str) -> dict[str, str]:
    """Add an e-mail, an app and recovery codes in a strong session; return the secrets that came of it."""
    asked = shown(browser.submit(browser.page("/account/contacts"), "change-email", email=email))
    email_code = _word_to(running, email, _CODE)
    confirmed = shown(browser.submit(asked, "verify", code=email_code))
    assert email not in confirmed.texts["current-email"]
    setup = shown(browser.submit(browser.page("/account/totp"), "begin"))
    secret = setup.texts["secret"].replace(" ", "")
    app_code = App(Secret(secret)).code()
    assert shown(browser.submit(setup, "confirm", code=app_code)).shows("done")
    printed = shown(browser.submit(browser.page("/account/recovery-codes"), "replace")).texts["codes"].split()
    assert len(printed) == 10
    return {
        "e-mail SMS code": email_code,
        "app secret": secret,
        "app SMS code": app_code,
        "alarm code": _word_to(running, phone, _NOT_ME_CODE),
        **{f"recovery code {place}": code for place, code in enumerate(printed)},
        **{f"recovery code {place} joined": code.replace("-", "") for place, code in enumerate(printed)},
    }
