"""Where a confirmation leads back to: a word in the address, never an address (case OR-1)."""

from collections.abc import Mapping
from re import fullmatch
from types import MappingProxyType
from urllib.parse import quote

_NAME = "{name}"
_AGENCY_FORMS = ("rename", "move", "merge", "split", "close")
# A place that ends in `{name}` is a page of one object; which one comes beside the word, as one segment of a path.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "account": "/account",
        "factors": "/account/factors",
        "passkeys": "/account/passkeys",
        "totp": "/account/totp",
        "recovery-codes": "/account/recovery-codes",
        "password": "/account/password",
        "contacts": "/account/contacts",
        "joining": "/account/joining",
        "notices": "/account/notices",
        "approvals": "/account/approvals",
        "data": "/account/data",
        "close": "/account/close",
        "identity": "/account/identity",
        "upstreams": "/account/upstreams",
        "assist": "/counter/recovery",
        "mandates": "/account/mandates",
        "give": "/account/mandates/give",
        "ward": "/account/mandates/ward",
        "claim-organisation": "/account/organisations/claim",
        "admin": "/admin",
        "admin-clients": "/admin/clients",
        "admin-client-new": "/admin/clients/new",
        "admin-client": "/admin/clients/{name}",
        "admin-client-try": "/admin/clients/try/{name}",
        "admin-changes": "/admin/changes",
        "admin-change": "/admin/changes/{name}",
        "admin-agencies": "/admin/agencies",
        "admin-agency-new": "/admin/agencies/new",
        "admin-agency": "/admin/agencies/{name}",
        **{f"admin-agency-{word}": f"/admin/agencies/{word}/{{name}}" for word in _AGENCY_FORMS},
        "admin-audit": "/admin/audit",
        "admin-audit-event": "/admin/audit/{name}",
        "admin-settings": "/admin/settings",
        "admin-setting": "/admin/settings/{name}",
        "admin-quality": "/admin/quality",
        "admin-keys": "/admin/keys",
        "admin-registers": "/admin/registers",
        "admin-upstreams": "/admin/upstreams",
        "admin-people": "/admin/people",
        "admin-person": "/admin/people/{name}",
        "admin-administrators": "/admin/administrators",
        "admin-administrator-new": "/admin/administrators/new",
        "admin-administrator": "/admin/administrators/{name}",
    }
)
HOME = "account"
# What may stand for an object: an id, an agency's code, a client's id. No slash, no dot first, nothing to decode.
_OBJECT = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"


def place_of(word: str | None, name: str | None) -> tuple[str, str]:
    """Return a word of `PLACES` and the object's name ("" where there is none); the account where they are not ours."""
    path = PLACES.get(word or "")
    if path is None:
        return HOME, ""
    if not path.endswith(_NAME):
        return word or HOME, ""
    return (word or HOME, name) if name and fullmatch(_OBJECT, name) else (HOME, "")


def address_of(word: str, name: str = "") -> str:
    """Return the address of a place that `place_of` found."""
    return PLACES[word].replace(_NAME, quote(name, safe=""))


def word_of(path: str) -> str:
    """Return the word of a route's path, the console for one that nobody comes back to."""
    return next((word for word, place in PLACES.items() if place == path), "admin")


def query_of(word: str, name: str = "") -> dict[str, str]:
    """Return the query that carries a place."""
    return {"to": word, **({"of": name} if name else {})}
