"""What a token of ours is: each kind can be told from every other, by us and by whoever it is shown to (RFC 8725 3.11).

An ID token names its client alone as audience; an access token names this provider, and the resource server if there
is one, whose address no client's id can be. Where an access token has the type of an ID token too, a claim says what it
is.
"""

from keys.verifier import VerifiedToken

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - RFC 9068 2.1: the media type of a JWT access token
ID_TOKEN_TYPE = "JWT"  # noqa: S105 - likewise a type
# Only access tokens of the type JWT have it; nothing that is asked for or released is called so.
TOKEN_USE, ACCESS = "token_use", "access"
# RFC 9701 5: an answer of introspection.
INTROSPECTION_TYPE = "token-introspection+jwt"
# OIDC Core 5.3.2 knows no type for userinfo, and libraries that look for one take JWT alone: none is named, so that it
# is no ID token, which has one.
USERINFO_TYPE = ""


def is_id_token(token: VerifiedToken) -> bool:
    """Say whether a token that we signed is an ID token: its type says so, and it is no access token of that type.

    A signed authorization response has that type too and no subject (JARM 2.1). Anybody gets one made: it vouches for
    no client.
    """
    is_typed = token.header.get("typ") == ID_TOKEN_TYPE and TOKEN_USE not in token.claims
    return is_typed and isinstance(token.claims.get("sub"), str)


def is_access_token(token: VerifiedToken) -> bool:
    """Say whether a token that we signed is an access token (RFC 9068 4)."""
    typ = token.header.get("typ")
    return typ == ACCESS_TOKEN_TYPE or (typ == ID_TOKEN_TYPE and token.claims.get(TOKEN_USE) == ACCESS)
