"""A portal of the tests at an origin of its own, whose pages stand in frames or show the provider's in one."""

from urllib.parse import urlencode

import httpx2

from clients.model import ClientId
from tests.support.browser import EmbeddedSystem, Visitor, until
from tests.support.parties.client_credentials import BasicSecret
from tests.support.parties.relying_party import RelyingParty, Tokens
from tests.support.plain.browser import Landing
from tests.support.running.listener import Listener, Reply
from tests.support.running.provider import Citizen

# Whose entry in the demonstration's file the new one is made from.
_MODEL = ClientId("cong-dich-vu-cong-quoc-gia")
_SECRET = "secret-of-the-portal-in-a-frame-8"


class EmbeddingPortal:
    """Serves pages at `origin`, and is a client of the running system."""

    def __init__(self, system: EmbeddedSystem, listener: Listener, client_id: str, host: str = "localhost") -> None:
        self.system, self.listener, self.client_id = system, listener, ClientId(client_id)
        self.origin = listener.url.replace("127.0.0.1", host)

    def register(self, **members: object) -> None:
        """Do what an operator does who adds the portal."""
        self.system.register_anew(
            _MODEL,
            client_id=self.client_id,
            **{
                "client_name": f"Cổng {self.client_id}",
                "client_uri": self.origin,
                "redirect_uris": [f"{self.origin}/callback"],
                "post_logout_redirect_uris": [f"{self.origin}/bye"],
                "backchannel_logout_uri": f"{self.listener.url}/backchannel",
                "client_secret": _SECRET,
                "security_event_endpoint": None,
                "security_events": None,
                **members,
            },
        )

        self._wait_until_known()

    def _wait_until_known(self) -> None:
        """The provider hears of a change within half a second."""
        query = {"client_id": self.client_id, "redirect_uri": f"{self.origin}/callback"}
        address = self.system.provider(f"/authorize?{urlencode(query)}")
        # Who is known and may be answered there is told of what is missing by a redirect.
        until(lambda: httpx2.get(address).status_code == 303, f"{self.client_id} is known")

    def page(self, path: str, html: str) -> str:
        """Serve a page, and return its address."""
        self.listener.answer(path, Reply(body=f"<!doctype html>{html}".encode(), content_type="text/html"))
        return f"{self.origin}{path}"

    def party(self, http: httpx2.Client, *, watches: bool = False) -> RelyingParty:
        """Return its relying party."""
        issuer = self.system.provider()
        return RelyingParty(
            http=http,
            issuer=issuer,
            base=issuer,
            client_id=self.client_id,
            redirect_uri=f"{self.origin}/callback",
            credentials=BasicSecret(_SECRET),
            acts=True,
            watches_session=watches,
        )

    def logout(self, tokens: Tokens) -> str:
        """Return where the portal sends a browser that signs out."""
        back = {"post_logout_redirect_uri": f"{self.origin}/bye", "state": "a'b\"<c>&d"}
        return self.system.provider(f"/logout?{urlencode({'id_token_hint': tokens.id_token, **back})}")


def arrive(
    visitor: Visitor, party: RelyingParty, person: Citizen | None = None, **extra: str
) -> tuple[Tokens, Landing]:
    """Go to the portal with a browser, sign in where a person is named, and redeem the code."""
    started = party.start(**extra)
    visitor.open(visitor.system.provider(started.location))
    if person is not None:
        visitor.sign_in(person.number, person.password)
    visitor.page.wait_for_url(f"{party.redirect_uri}?*")
    landing = Landing(visitor.page.url)
    return party.complete(started, landing), landing
