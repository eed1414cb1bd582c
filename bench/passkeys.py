"""Sign-ins by passkey, made ahead: soft authenticators of the load test's people, and forms that each work once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from urllib.parse import urlencode

import msgspec

from bench.browser import Browser, open_form
from idp.app.foundation.opening import Foundation
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.service import SHOW
from idp.kernel.secrets import Sealer
from tests.support.passkey_device import PasskeyDevice, to_text
from tests.support.passkey_pages import device_for, keep_passkey

PATH = "/sign-in/passkey"
_MARK = "__Host-idp-browser"


_devices: dict[tuple[str, str], PasskeyDevice] = {}


def device_of(number: str, issuer: str) -> PasskeyDevice:
    """Return the authenticator of one person of the load test; its passkey counts nothing, as synced ones do not."""
    if (number, issuer) not in _devices:
        _devices[number, issuer] = device_for(issuer)
    return _devices[number, issuer]


async def enrol(foundation: Foundation, number: str) -> None:
    """Give a person's account the passkey of their authenticator."""
    index = foundation.shared.number_index.digest(number)
    device = device_of(number, foundation.settings.issuer)
    await keep_passkey(foundation.database, foundation.shared.sealer, index, device)


def forms(browser: Browser, issuer: str, sealer: Sealer, numbers: list[str], count: int) -> Iterator[str]:
    """Yield bodies for POST /sign-in/passkey, each with a challenge of its own that one of the people has signed.

    The challenges are sealed here with the store's own key, as the page would have: twenty thousand pages would take
    longer to fetch than the round lasts.
    """
    hidden = open_form(browser, "/sign-in")
    challenges, now = PasskeyChallenges(sealer), datetime.now(UTC)
    for number, _ in zip(cycle(numbers), range(count), strict=False):
        challenge, name = challenges.begin(SHOW, browser.cookies[_MARK], None, now)
        options = msgspec.json.encode({"challenge": to_text(challenge.value)}).decode()
        credential = device_of(number, issuer).show(options)
        yield urlencode(hidden | {"action": "passkey", "challenge": name, "credential": credential})
