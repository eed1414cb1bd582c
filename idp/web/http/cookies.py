"""Our cookies: the session, the browser's own mark, the language."""

from datetime import datetime, timedelta

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.kernel.secrets import new_secret
from idp.sign_in.device_model import DEVICE_LIFE, DEVICE_SECRETS_KEPT

# The one cookie that scripts read: the page of `check_session_iframe`.
BROWSER_STATE = "idp-state"
_SECRET_LENGTH = 43
_MAX_TRIAL = 100
# As the registry takes them (`clients.metadata`).
_MAX_CLIENT_ID = 128


class Cookies(Struct, frozen=True):
    """Reads and writes cookies; with https their names bind them to this host (RFC 6265bis 4.1.3.2).

    On http://localhost, where the demonstration runs, browsers refuse that prefix: there the plain names are used.
    """

    secure: bool

    def session(self, request: Request) -> str | None:
        """Return the session's secret, if the cookie has its form."""
        value = request.cookies.get(self._name("idp-session"), "")
        return value if len(value) == _SECRET_LENGTH else None

    def browser(self, request: Request) -> str | None:
        """Return the browser's mark: what drafts and forms are bound to."""
        value = request.cookies.get(self._name("idp-browser"), "")
        return value if len(value) == _SECRET_LENGTH else None

    def language(self, request: Request) -> str | None:
        """Return the language chosen before."""
        return request.cookies.get(self._name("idp-language"))

    def set_session(self, response: Response, secret: str) -> None:
        """Give the browser its session; the store says how long it lasts."""
        self._set(response, self._name("idp-session"), secret)
        # It may be another person's: what told pages of the session before is gone, unless this answer says it anew.
        if not any(name == b"set-cookie" and self._names_state(value) for name, value in response.raw_headers):
            self._set(response, self.browser_state_name, "", max_age=timedelta(0))

    def set_browser_state(self, response: Response, value: str, until: datetime) -> None:
        """Set the cookie by which our page in a client's frame sees which session this is (Session Management 3.2).

        A script must read it, in a frame of another site: it is no credential, and nothing here ever reads it back. It
        goes with the session's cookie when the browser is closed, and says itself when the session ends.
        """
        response.set_cookie(
            self.browser_state_name,
            f"{value}.{int(until.timestamp())}",
            path="/",
            secure=self.secure,
            httponly=False,
            samesite="none" if self.secure else "lax",
        )

    def end_session(self, response: Response) -> None:
        """Take the session's cookie away."""
        self._set(response, self._name("idp-session"), "", max_age=timedelta(0))
        # Known devices stay known: cookies are not among what is cleared.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        self._set(response, self.browser_state_name, "", max_age=timedelta(0))
        # Whoever sits down next came from nowhere yet.
        self._set(response, self._name("idp-portal"), "", max_age=timedelta(0))

    def set_language(self, response: Response, locale: str) -> None:
        """Remember the language for a year."""
        self._set(response, self._name("idp-language"), locale, max_age=timedelta(days=365))

    def has_rated(self, request: Request) -> bool:
        """Say whether somebody at this browser answered the one question lately."""
        return self._name("idp-rated") in request.cookies

    def set_rated(self, response: Response) -> None:
        """Ask nobody again at this browser for a month."""
        self._set(response, self._name("idp-rated"), "1", max_age=timedelta(days=30))

    def portal(self, request: Request) -> ClientId:
        """Return the id of the portal that sent this browser here last, "" for none; the registry is to be asked."""
        return ClientId(request.cookies.get(self._name("idp-portal"), "")[:_MAX_CLIENT_ID])

    def set_portal(self, response: Response, client_id: ClientId) -> None:
        """Set the cookie that tells which portal an answer to "how was it?" is about, until the browser is closed."""
        self._set(response, self._name("idp-portal"), client_id)

    def ensure_browser(self, request: Request) -> tuple[str, bool]:
        """Return the browser's mark and whether it is new."""
        known = self.browser(request)
        return (known, False) if known else (new_secret(), True)

    def set_browser(self, response: Response, mark: str) -> None:
        """Give the browser its mark."""
        self._set(response, self._name("idp-browser"), mark)

    def devices(self, request: Request) -> tuple[str, ...]:
        """Return the secrets by which accounts know this browser, the newest first."""
        secrets = request.cookies.get(self._name("idp-device"), "").split(".")[:DEVICE_SECRETS_KEPT]
        return tuple(secret for secret in secrets if len(secret) == _SECRET_LENGTH)

    def add_device(self, request: Request, response: Response, secret: str) -> None:
        """Make the browser known by one secret more; the oldest of too many goes."""
        kept = (secret, *self.devices(request))[:DEVICE_SECRETS_KEPT]
        self._set(response, self._name("idp-device"), ".".join(kept), max_age=DEVICE_LIFE)

    def upstream(self, request: Request) -> str:
        """Return the provider that somebody at this browser signed in with last; it tells nothing of who."""
        return request.cookies.get(self._name("idp-upstream"), "")[:31]

    def set_upstream(self, response: Response, provider: str) -> None:
        """Offer this provider first at this browser for a year; with an empty name, forget."""
        self._set(response, self._name("idp-upstream"), provider, max_age=timedelta(days=365 if provider else 0))

    def trial(self, request: Request) -> str:
        """Return what holds a run of a client that is tried out, "" without one."""
        return request.cookies.get(self._name("idp-try"), "")[:_MAX_TRIAL]

    def set_trial(self, response: Response, held: str) -> None:
        """Set the cookie of a run; an empty text removes it."""
        self._set(response, self._name("idp-try"), held, max_age=None if held else timedelta(0))

    def _names_state(self, header: bytes) -> bool:
        return header.startswith(f"{self.browser_state_name}=".encode())

    @property
    def browser_state_name(self) -> str:
        """Return the name of the cookie that scripts of ours look for."""
        return self._name(BROWSER_STATE)

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def _set(self, response: Response, name: str, value: str, max_age: timedelta | None = None) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(max_age.total_seconds()) if max_age is not None else None,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
