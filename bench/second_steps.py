"""Sign-ins by password and authenticator app, by people who each do it once: so is a code (RFC 6238 5.2)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlencode

from bench.browser import FORM, Browser, Visitor, open_form
from bench.wrk import Load, Shot
from idp.account.model import Account
from idp.factors.model import TOTP_PLACE, AddTotp, SetTwoSteps
from idp.factors.totp.codes import code_of, step_at
from idp.kernel.effects import Effect
from idp.kernel.secrets import Sealer, Secret

# More than sign in during the warm-up and three rounds, each of which takes a quarter of them.
HOW_MANY = 2048
_IN_A_ROUND = HOW_MANY // 4
# One for all: an answer does not tell the load generator whose it is, so the code must be anybody's.
_SECRET = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def people() -> Iterator[Visitor]:
    """Yield people whom no other row knows, each at an address for load tests (RFC 2544 C.2.2)."""
    for index in range(HOW_MANY):
        yield Visitor(f"001999{index:06d}", f"198.18.{index // 250}.{index % 250 + 1}")


def two_steps(account: Account, sealer: Sealer, now: datetime) -> tuple[Effect, ...]:
    """Return the effects that give an account the app and ask for it at every sign-in."""
    sealed = sealer.seal(_SECRET.reveal().encode(), TOTP_PLACE.of(account.person_id))
    added = AddTotp(
        person_id=account.person_id, account_id=account.id, secret_sealed=sealed, last_step=0, created_at=now
    )
    return (added, SetTwoSteps(person_id=account.person_id, account_id=account.id, two_steps=True))


def load(base_url: str, password: str, left: Iterator[Visitor]) -> Load:
    """Return the load of one round, which uses up the next of the people that are `left`.

    The code is that of this moment: right for thirty seconds at least, longer than any round.
    """
    browser, visitors = Browser(base_url), list(islice(left, _IN_A_ROUND))
    # The number is appended to the first body and the page's own token to the second, so their names come last.
    hidden = open_form(browser, "/sign-in") | {"action": "sign-in", "password": password, "identifier": ""}
    entered = {"action": "verify", "code": code_of(_SECRET, step_at(datetime.now(UTC))), "form": ""}
    headers = FORM | browser.headers()
    first = Shot("POST", "/sign-in", headers, urlencode(hidden))
    return Load("steps", 303, [first], Shot("POST", "", headers, urlencode(entered)), _heads(visitors))


def _heads(visitors: Sequence[Visitor]) -> list[str]:
    return [f"{visitor.number} {visitor.address}" for visitor in visitors]
