"""The legacy sign-on: requests written against today's sign-on, judged and turned into requests of ours.

Nothing here relaxes a rule of the provider. What an old portal leaves out is filled in on its behalf: the missing PKCE
by a verifier that only the old token endpoint knows, so that a code that was asked for here can be redeemed nowhere
else, and not at all once the client's last day is over.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from clients.addresses.redirect_uris import match_redirect_uri
from clients.legacy import speaks_legacy
from clients.model import Client
from idp.protocol.forms import Form
from idp.protocol.legacy.claims import USERINFO_NAMES, our_level
from idp.protocol.legacy.refusals import LegacyRefusedError
from idp.protocol.provider import Provider

# Names under which old code moved identity through the browser, and what deep links carried (vietnam.md 8.1, 8.6).
_IDENTITY = frozenset(USERINFO_NAMES) | {"SoCMND", "HoChieu", "MDT", "userinfo", "user_info"}
_SECRETS = frozenset(
    {"access_token", "refresh_token", "id_token", "token", "code", "client_secret", "client_assertion", "password"}
)


class _Asked(Struct, frozen=True):
    """What a check looks at."""

    client: Client
    form: Form
    framed: bool


def admit(client: Client, now: datetime) -> None:
    """Return for a client whose last day has not passed; else raise `LegacyRefusedError`."""
    if client.legacy_dialect_until is None:
        raise LegacyRefusedError("not_registered")
    if not speaks_legacy(client, now):
        raise LegacyRefusedError("ended", client.legacy_dialect_until)


def refuse_disclosure(form: Form, query: Form) -> None:
    """Refuse what must never have been sent this way, whoever sent it (RFC 9700 4.3.2)."""
    if _SECRETS & query.data.keys():
        raise LegacyRefusedError("token_in_url")
    if _IDENTITY & (form.data.keys() | query.data.keys()):
        raise LegacyRefusedError("identity_in_browser")


def _is_framed(asked: _Asked) -> bool:
    return asked.framed


def _wants_more_than_a_code(asked: _Asked) -> bool:
    return asked.form.get("response_type") not in {None, "code"}


def _is_unregistered(asked: _Asked) -> bool:
    sent, client = asked.form.get("redirect_uri"), asked.client
    return sent is not None and not match_redirect_uri(client.redirect_uris, sent, client.application_type)


def _is_plain_http(asked: _Asked) -> bool:
    return _is_unregistered(asked) and (asked.form.get("redirect_uri") or "").lower().startswith("http:")


# In this order: the first that applies is told.
_CHECKS: Mapping[str, Callable[[_Asked], bool]] = {
    "framed": _is_framed,
    "implicit_flow": _wants_more_than_a_code,
    "plain_http": _is_plain_http,
    "unregistered_address": _is_unregistered,
}


def translate_authorization(provider: Provider, form: Form, client: Client, *, framed: bool) -> Form:
    """Return an old authorization request as one of ours (OIDC Core 3.1.2.1); raises `LegacyRefusedError`.

    A request that says something twice is left as it is: the provider's rules refuse it.
    """
    asked = _Asked(client, form, framed)
    for name, applies in _CHECKS.items():
        if applies(asked):
            raise LegacyRefusedError(name)
    if form.repeated:
        return form
    changed = dict(form.data)
    changed["scope"] = " ".join(_scope(client, form.words("scope")))
    if form.get("acr_values") is not None:
        changed["acr_values"] = " ".join(our_level(name) for name in form.words("acr_values"))
    changed |= _only_address(form, client)
    if form.get("code_challenge") is None and form.get("code_challenge_method") is None:
        changed |= {"code_challenge": _challenge(provider, client), "code_challenge_method": "S256"}
    return Form(changed, frozenset())


def _scope(client: Client, asked: Collection[str]) -> tuple[str, ...]:
    """Return what the request asks for in our words.

    In the legacy sign-on `openid` alone meant everything that the portal was connected for: that is what its
    registration lists. Going on without the person (`offline_access`) is never meant.
    """
    registered = tuple(name for name in client.scope if name != "offline_access")
    return tuple(dict.fromkeys((*asked, *registered)))


def translate_token_request(provider: Provider, form: Form, client: Client) -> Form:
    """Return an old token request as one of ours (RFC 6749 4.1.3, RFC 7636 4.5)."""
    if form.get("grant_type") == "password":
        raise LegacyRefusedError("password_grant")
    if form.get("grant_type") != "authorization_code" or form.get("code_verifier") is not None:
        return form
    said = {"code_verifier": _verifier(provider, client), **_only_address(form, client)}
    return Form({**form.data, **said}, form.repeated)


def _only_address(form: Form, client: Client) -> dict[str, str]:
    """Return the address that an old request leaves out, where one alone is registered (RFC 6749 3.1.2.3).

    OIDC Core 3.1.2.1 wants it said, and then said again with the code: an old portal says it in neither place.
    """
    left_out = form.get("redirect_uri") is None and len(client.redirect_uris) == 1
    return {"redirect_uri": client.redirect_uris[0]} if left_out else {}


def _verifier(provider: Provider, client: Client) -> str:
    digest = provider.token_hash.digest(f"old-dialect|{client.client_id}")
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _challenge(provider: Provider, client: Client) -> str:
    digest = sha256(_verifier(provider, client).encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
