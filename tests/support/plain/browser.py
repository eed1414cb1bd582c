"""A browser without script: cookies, forms, redirects one by one."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import httpx2

from tests.support.page import Page, read_page
from tests.support.patience import patient

_MAX_HOPS = 12
# The processes of the tests speak plain HTTP. Without this a client reads all certificates of the machine: 44 ms each.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# Any other address of 127.0.0.0/8 is this machine's too.
HOME = "127.0.0.1"
SESSION, MARK = "idp-session", "idp-browser"
SEND_CODE = "send-code"


@dataclass(frozen=True, slots=True)
class Landing:
    """The browser was sent away from the provider: the relying party's turn."""

    location: str

    @property
    def address(self) -> str:
        return self.location.partition("?")[0]

    @property
    def values(self) -> dict[str, str]:
        """The query, each parameter once."""
        pairs = parse_qsl(urlsplit(self.location).query, keep_blank_values=True, strict_parsing=True)
        assert len({name for name, _ in pairs}) == len(pairs), f"a parameter came twice: {self.location}"
        return dict(pairs)


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer on the way: what was asked and how it was answered."""

    method: str
    path: str
    status: int
    headers: httpx2.Headers


class Browser:
    """One person's browser at one provider process; cookies of localhost are shared by all of its ports.

    `network` is the loopback address that it comes from: what is counted by network is counted apart for each.
    """

    def __init__(self, base_url: str, cookies: httpx2.Cookies | None = None, network: str = HOME) -> None:
        self.network = network
        self.http = httpx2.Client(
            base_url=base_url,
            follow_redirects=False,
            timeout=patient(30),
            cookies=cookies,
            trust_env=False,
            transport=httpx2.HTTPTransport(local_address=network, verify=NO_CERTIFICATES),
        )
        self.hops: list[Hop] = []
        # A person who is asked for a code by SMS has it sent at once; tests of what a page alone does leave it.
        self.sends_codes = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def at(self, base_url: str) -> "Browser":
        """Return the browser, with a copy of its cookies, at another process of the provider."""
        return Browser(base_url, self.http.cookies, self.network)

    @property
    def session(self) -> str | None:
        """The session's cookie."""
        return self.http.cookies.get(SESSION)

    def open(self, address: str, **headers: str) -> Page | Landing:
        """Follow an address until a page is shown or the browser is sent away."""
        return self._follow(self._send("GET", address, headers=headers))

    def page(self, address: str) -> Page:
        """Open an address that must show a page."""
        return shown(self.open(address))

    def submit(self, page: Page, button: str, **fields: str) -> Page | Landing:
        """Press a button of the page's form with some of its fields filled in."""
        return self._follow(self.send_form(page, button, **fields))

    def send_form(self, page: Page, button: str, **fields: str) -> httpx2.Response:
        """Send the form and return the bare answer."""
        return self.send_form_as(page, button, {}, fields)

    def send_form_as(
        self, page: Page, button: str, headers: dict[str, str], fields: Mapping[str, str]
    ) -> httpx2.Response:
        """Send the form with headers of one's own, as another site's script or an odd browser would."""
        name, value = page.buttons[button]
        return self._send("POST", page.action, data={**page.values, **fields, name: value}, headers=headers)

    def _send(
        self, method: str, address: str, *, data: dict[str, str] | None = None, headers: dict[str, str]
    ) -> httpx2.Response:
        answer = self.http.request(method, address, data=data, headers=headers)
        self.hops.append(Hop(method, urlsplit(address).path, answer.status_code, answer.headers))
        return answer

    def _follow(self, answer: httpx2.Response) -> Page | Landing:
        for _ in range(_MAX_HOPS):
            if not answer.has_redirect_location:
                page = read_page(answer.status_code, answer.headers, answer.text, str(answer.request.url))
                if not self.sends_codes or answer.status_code != 200 or SEND_CODE not in page.buttons:
                    return page
                answer = self.send_form(page, SEND_CODE)
                continue
            # Anything but 303 would carry the method and the form along (RFC 9700 4.12).
            assert answer.status_code == 303, f"redirected with {answer.status_code}"
            location = answer.headers["location"]
            if urlsplit(location).netloc:
                return Landing(location)
            answer = self._send("GET", location, headers={})
        raise AssertionError(f"redirected in circles: {[hop.path for hop in self.hops[-_MAX_HOPS:]]}")


def shown(answer: Page | Landing) -> Page:
    """Return a page, or fail with where the browser was sent instead."""
    assert isinstance(answer, Page), f"sent to {answer.location}"
    return answer


def landed(answer: Page | Landing) -> Landing:
    """Return a landing at the relying party, or fail with the page that was shown instead."""
    assert isinstance(answer, Landing), f"shown {answer.address} ({answer.status}): {answer.texts}"
    return answer
