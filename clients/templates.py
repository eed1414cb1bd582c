"""What a registration begins with, for each kind of client: the safe choices made, the rest left to say."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from clients.document import Document
from clients.model import ClientKind


class Template(Struct, frozen=True):
    """The members that a kind sets, and those that whoever registers must add."""

    kind: ClientKind
    members: Mapping[str, object]
    asked: tuple[str, ...]


_SIGN_IN = {"grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"]}
_STATE = {"sector": "state", "require_consent": False, "subject_type": "pairwise"}
_ES256 = {"id_token_signed_response_alg": "ES256"}


def _template(kind: ClientKind, asked: tuple[str, ...], *members: Mapping[str, object]) -> Template:
    merged: Document = {"kind": kind, "stage": "sandbox"}
    for part in members:
        merged |= part
    return Template(kind, MappingProxyType(merged), asked)


TEMPLATES: Mapping[ClientKind, Template] = MappingProxyType(
    {
        template.kind: template
        for template in (
            _template(
                "web_portal",
                ("client_name", "redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri"),
                _SIGN_IN,
                _STATE,
                _ES256,
                {"token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile"},
            ),
            _template(
                "one_stop",
                ("client_name", "redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri"),
                _SIGN_IN,
                _STATE,
                _ES256,
                {
                    "token_endpoint_auth_method": "client_secret_basic",
                    "scope": "openid profile officer",
                    "account_kinds": ["citizen", "officer"],
                    "assisted_filing": True,
                },
            ),
            _template(
                "mobile_app",
                ("client_name", "redirect_uris", "sector_identifier_uri"),
                _SIGN_IN,
                _STATE,
                _ES256,
                {"application_type": "native", "token_endpoint_auth_method": "none", "scope": "openid profile"},
            ),
            _template(
                "service",
                ("client_name", "jwks_uri", "resource"),
                _STATE,
                _ES256,
                {
                    "grant_types": ["client_credentials"],
                    "response_types": [],
                    "token_endpoint_auth_method": "private_key_jwt",
                    "scope": "openid",
                },
            ),
            _template(
                "bank",
                ("client_name", "redirect_uris", "jwks_uri", "policy_uri", "tos_uri"),
                _SIGN_IN,
                _ES256,
                {
                    "sector": "other",
                    "require_consent": True,
                    "subject_type": "pairwise",
                    "token_endpoint_auth_method": "private_key_jwt",
                    "scope": "openid",
                },
            ),
        )
    }
)
