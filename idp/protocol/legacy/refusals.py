"""What the legacy sign-on is refused for: each with its OAuth code and a text that says what to do instead.

The same name finds the text of the page that people see (`dialect` in the catalogues). Texts here are for programs:
printable ASCII without quotes and backslashes (RFC 6749 5.2).
"""

from datetime import date

from msgspec import Struct

from idp.kernel.errors import IdpError
from idp.protocol.errors import (
    INVALID_REQUEST,
    UNAUTHORIZED_CLIENT,
    UNSUPPORTED_GRANT_TYPE,
    UNSUPPORTED_RESPONSE_TYPE,
    ProtocolError,
)

_NEW_FACE = "use the endpoints of /.well-known/openid-configuration, with PKCE S256."


class Refusal(Struct, frozen=True):
    """One reason: its name, the error that programs know, and why with the next step."""

    name: str
    error: ProtocolError
    description: str


_ALL = (
    Refusal("not_registered", UNAUTHORIZED_CLIENT,
            f"This client is not registered for the old addresses: {_NEW_FACE}"),
    Refusal("ended", UNAUTHORIZED_CLIENT,
            f"The old addresses have ended for this client: {_NEW_FACE}"),
    Refusal("identity_in_browser", INVALID_REQUEST,
            "Identity never travels through the browser: send no personal data here, and read them from userinfo "
            "on your server."),
    # A secret that a page could use would be none.
    Refusal("called_by_browser", INVALID_REQUEST,
            "This endpoint answers servers only: move the call from the page to your server, and never post its "
            "answer through the browser."),
    # RFC 9700 4.3.2: addresses are kept in histories, proxies and logs.
    Refusal("token_in_url", INVALID_REQUEST,
            "Tokens and secrets never travel in an address: send them in the body or the Authorization header, and "
            "treat those sent as disclosed."),
    # RFC 9700 2.1.2.
    Refusal("implicit_flow", UNSUPPORTED_RESPONSE_TYPE,
            "Only response_type code is answered: take the code and redeem it on your server."),
    Refusal("plain_http", INVALID_REQUEST,
            "A redirect_uri of http sends the code in clear: register and send its https address."),
    # RFC 9700 2.1: compared byte for byte.
    Refusal("unregistered_address", INVALID_REQUEST,
            "redirect_uri is not one that is registered: send the registered one to the letter, or register this one."),
    Refusal("unregistered_goodbye", INVALID_REQUEST,
            "post_logout_redirect_uri is not one that is registered: register it, or leave it out."),
    # OIDC Core 3.1.2.1, RFC 9700 4.16.
    Refusal("framed", INVALID_REQUEST,
            "Sign-in is never shown in a frame: open it in the window itself."),
    # RFC 9700 2.4.
    Refusal("password_grant", UNSUPPORTED_GRANT_TYPE,
            "Portals never see a password here: send the person to the authorization endpoint."),
    Refusal("hint_unknown", INVALID_REQUEST,
            "id_token_hint is no ID token of this provider: send the id_token of the sign-in as it was received."),
    Refusal("hint_without_session", INVALID_REQUEST,
            "This id_token names no session that a server can end: it was not issued at the old token endpoint; "
            "send the browser to the logout endpoint instead."),
)  # fmt: skip

REFUSALS = {refusal.name: refusal for refusal in _ALL}


class LegacyRefusedError(IdpError):
    """An old call that is refused: `refusal` says why; `ended_on` is the client's last day, where that is why."""

    def __init__(self, name: str, ended_on: date | None = None) -> None:
        super().__init__(f"old dialect: {name}")
        self.refusal = REFUSALS[name]
        self.code = self.refusal.error.code
        self.ended_on = ended_on
