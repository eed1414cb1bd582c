"""Numbers and choices of the protocol, each with its reason."""

from datetime import timedelta

from msgspec import Struct

from clients.model import GOVERNED_CLAIMS
from idp.sessions.policy import SESSION_LIFE


class ProtocolPolicy(Struct, frozen=True):
    """Lifetimes and limits."""

    # FAPI 2.0 5.3.2.1: a code dies after at most 60 s.
    code_life: timedelta = timedelta(seconds=60)
    # A code's payload outlives the code, so that a late replay is still recognised and punished (RFC 9700 4.14).
    code_memory: timedelta = timedelta(minutes=10)
    # Off-line validators learn of a revocation when the token ends: keep that short.
    access_token_life: timedelta = timedelta(minutes=5)
    id_token_life: timedelta = timedelta(minutes=5)
    # NIST 800-63B-4 2.2.3: a definite overall limit; refresh never slides past it.
    session_life: timedelta = SESSION_LIFE
    offline_life: timedelta = timedelta(days=30)
    # A lost answer is asked for again within seconds; FAPI 2.0 wants the predecessor to live 30 s.
    refresh_grace: timedelta = timedelta(seconds=30)
    # Client assertions: the clock skew window lies between 8 s and 60 s (FAPI 2.0 5.3.2.1).
    clock_skew: timedelta = timedelta(seconds=10)
    assertion_max_life: timedelta = timedelta(minutes=10)
    # A pushed request is begun with at once; the answer to it may come as late as any (FAPI 2.0 5.3.2.2).
    pushed_request_life: timedelta = timedelta(seconds=60)
    # How far the iat of a DPoP proof may be from now: clocks of phones (RFC 9449 11.1); our nonce makes up for more.
    proof_window: timedelta = timedelta(seconds=60)
    # A sign-in page left open for longer starts anew.
    interaction_life: timedelta = timedelta(minutes=30)


SCOPES: dict[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
    "offline_access": (),
    # The claims that a register proved, with how and when (OpenID Identity Assurance 5).
    "verified_identity": ("verified_claims",),
    # What an agency issued an officer's account for; a citizen has none of it.
    "officer": ("agency", "post", "officer_code"),
    # Governed: only for clients whose registration allows them (`governed_claims`).
    "national_id": ("national_id",),
    "tech_id": ("TechID",),
    # The administration API, for an officer's account that holds roles (`idp.admin`); governed likewise.
    "admin:read": (),
    "admin:write": (),
}
"""Scope -> claims at userinfo (OIDC Core 5.4)."""

GOVERNED_SCOPES = frozenset[str](GOVERNED_CLAIMS)
# What leaves for these is read beside the profile, in a read of its own: everybody else's userinfo stays at one.
PROOF_SCOPES = frozenset({"verified_identity", "national_id", "tech_id"})
