"""The members of a registration about tokens, and answers that are tokens (OIDC Registration 2, RFC 9701 6, ours)."""

from datetime import datetime

from clients.fields import EntryReader, as_choice, as_day, as_flag
from clients.model import (
    ACCESS_TOKEN_FORMATS,
    ENCRYPTION_ALGORITHMS,
    ENCRYPTION_METHODS,
    OFFICER_ROLES,
    SIGNING_ALGORITHMS,
    AccessTokenFormat,
    Client,
)
from clients.tokens.types import LONGEST_PLAIN_TYPE
from records.structs import replace

_as_signing = as_choice(SIGNING_ALGORITHMS)
_as_key_encryption = as_choice(ENCRYPTION_ALGORITHMS)
_as_encryption = as_choice(ENCRYPTION_METHODS)


def with_token_members(client: Client, reader: EntryReader, now: datetime) -> Client:
    """Return a client with what its entry says of tokens."""
    read = reader.read
    jwt: AccessTokenFormat = "jwt"
    return replace(
        client,
        id_token_encrypted_response_alg=read("id_token_encrypted_response_alg", _as_key_encryption, None),
        id_token_encrypted_response_enc=read("id_token_encrypted_response_enc", _as_encryption, None),
        userinfo_signed_response_alg=read("userinfo_signed_response_alg", _as_signing, None),
        userinfo_encrypted_response_alg=read("userinfo_encrypted_response_alg", _as_key_encryption, None),
        userinfo_encrypted_response_enc=read("userinfo_encrypted_response_enc", _as_encryption, None),
        introspection_signed_response_alg=read("introspection_signed_response_alg", _as_signing, None),
        access_token_format=read("access_token_format", as_choice(ACCESS_TOKEN_FORMATS), jwt),
        access_token_type_jwt_until=read(
            "access_token_type_jwt_until", as_day((now + LONGEST_PLAIN_TYPE).date()), None
        ),
        claims_in_id_token=read("claims_in_id_token", as_flag, default=False),
        officer_roles=reader.read_list("officer_roles", as_choice(OFFICER_ROLES)),
    )
