"""What a scope releases, as the texts that a notice or a consent page lists."""

from collections.abc import Iterable, Mapping

from idp.protocol.policy import SCOPES
from idp.web.sign_in.pages import ClaimKey

# Claims that mean one thing to a person share one text; a claim without a text cannot be released unseen.
CLAIM_TEXTS: Mapping[str, ClaimKey] = {
    "sub": "pseudonym",
    "name": "name",
    "family_name": "name",
    "given_name": "name",
    "middle_name": "name",
    "nickname": "other_names",
    "preferred_username": "other_names",
    "profile": "own_pages",
    "picture": "own_pages",
    "website": "own_pages",
    "gender": "gender",
    "birthdate": "birthdate",
    "zoneinfo": "language_and_time_zone",
    "locale": "language_and_time_zone",
    "updated_at": "changed_at",
    "email": "email",
    "email_verified": "email",
    "address": "address",
    "phone_number": "phone_number",
    "phone_number_verified": "phone_number",
    "verified_claims": "verified_identity",
    "national_id": "national_id",
    "TechID": "tech_id",
    "agency": "officer",
    "post": "officer",
    "officer_code": "officer",
    "roles": "officer",
    "groups": "officer",
}


def released_claims(scope: Iterable[str], claims: Iterable[str] = ()) -> tuple[ClaimKey, ...]:
    """Return what the scopes and single claims release, each text once, in that order (OIDC Core 5.4, 5.5).

    The level is always there: every ID token carries `acr` (OIDC Core 2). Raises KeyError for a scope that is not ours.
    """
    asked = tuple(scope)
    reported: dict[ClaimKey, None] = {}
    for name in asked:
        reported.update(dict.fromkeys(CLAIM_TEXTS[claim] for claim in SCOPES[name]))
    reported.update(dict.fromkeys(CLAIM_TEXTS[claim] for claim in claims))
    reported["identity_level"] = None
    if "offline_access" in asked:
        reported["offline_access"] = None
    return tuple(reported)
