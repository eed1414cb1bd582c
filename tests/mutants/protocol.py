"""Faults of the protocol: what a client could then do that a standard forbids."""

from tests.mutants.fault import Fault

FAULTS = (
    Fault(
        id="verifier-left-out",
        area="protocol",
        breaks="RFC 7636 4.6: a code that was asked for with a challenge is redeemed with its verifier only.",
        file="idp/protocol/token/authorization_code.py",
        text="    if challenge is None and not verifier:\n",
        instead="    if challenge is None or not verifier:\n",
        tests=("tests/unit/protocol/token/test_code_grant*.py",),
    ),
    Fault(
        id="replay-ends-nothing",
        area="protocol",
        breaks="RFC 6749 4.1.2: a code that is redeemed twice ends what came of the first time.",
        file="idp/protocol/token/authorization_code.py",
        text="    return Decision(answer, (end, event(",
        instead="    return Decision(answer, (event(",
        tests=("tests/unit/protocol/token/test_code_grant*.py",),
    ),
    Fault(
        id="reuse-goes-on",
        area="protocol",
        breaks="RFC 9700 4.14.2: a refresh token that is used again ends its family.",
        file="idp/protocol/token/refresh_token.py",
        text="            RevokeGrant(grant_id=grant.id, person_id=grant.person_id, at=server.now, "
        'reason="refresh_token_reused"),\n',
        instead="",
        tests=("tests/unit/protocol/token/test_refresh_grant*.py",),
    ),
    Fault(
        id="redirect-by-prefix",
        area="protocol",
        breaks="RFC 9700 2.1: a redirect URI is compared byte for byte, not by how it begins.",
        file="clients/addresses/redirect_uris.py",
        text="    if requested in known:\n",
        instead="    if requested.startswith(known):\n",
        tests=(
            "tests/unit/clients/test_redirect_uris*.py",
            "tests/unit/protocol/authorize/test_authorization_request*.py",
        ),
    ),
    Fault(
        id="age-at-its-bound",
        area="protocol",
        breaks="OIDC Core 3.1.2.1: a sign-in that is just as old as max_age allows is not asked for again.",
        file="idp/protocol/authorize/interaction.py",
        text="    return case.now - case.session.session.auth_time > max_age\n",
        instead="    return case.now - case.session.session.auth_time >= max_age\n",
        tests=("tests/unit/protocol/authorize/test_interaction_steps*.py",),
    ),
    Fault(
        id="introspected-by-anybody",
        area="protocol",
        breaks="RFC 7662 4: a resource server learns of tokens that are for it, and of no others.",
        file="idp/protocol/introspection.py",
        text="isinstance(audience, list) and asker.audience in audience\n",
        instead="isinstance(audience, list)\n",
        tests=("tests/unit/protocol/tokens/test_token_inspection*.py",),
    ),
    Fault(
        id="assertion-twice",
        area="protocol",
        breaks="RFC 7523 3: a client assertion proves its client once.",
        file="idp/protocol/token/endpoint.py",
        text="        first=claim_of_assertion(provider, record.authenticated),\n",
        instead="        first=None,\n",
        tests=("tests/unit/protocol/token/test_token_endpoint*.py",),
    ),
)
