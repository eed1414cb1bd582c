"""What the code for five stacks does about its answers: the words without which a trial with a real browser failed."""

from typing import get_args

import pytest

from idp.protocol.endpoints import ENDPOINTS
from idp.web.developers.code_samples import code_samples
from idp.web.developers.pages import Stack

SAMPLES = {sample.stack: sample.text for sample in code_samples("https://dangnhap.example", ENDPOINTS)}
PKCE = {
    "python": 'code_challenge_method="S256"',
    "node": "calculatePKCECodeChallenge(kept.verifier)",
    "java": "OAuth2AuthorizationRequestCustomizers.withPkce()",
    "php": "GenericProvider::PKCE_METHOD_S256",
    "dotnet": "options.UsePkce = true",
}
# RFC 9207 2.4: the issuer of the answer. Only the library of Node checks it by itself.
ISSUER = {
    "python": 'answer.get("iss") != [ISSUER]',
    "node": "oidc.authorizationCodeGrant(config, back",
    "java": '.equals(request.getParameter("iss"))',
    "php": "($_GET['iss'] ?? '') !== ISSUER",
    "dotnet": 'GetParameter("iss") != Issuer',
}
SIGNATURE = {
    "python": "jwt.decode(tokens",
    "node": "oidc.enableNonRepudiationChecks(config)",
    "java": "issuer-uri:",
    "php": "JWT::decode($idToken, $keys)",
    "dotnet": "options.Authority = Issuer",
}
# OIDC RP-Initiated Logout 2.
LOGOUT = {
    "python": "end_session_endpoint",
    "node": "oidc.buildEndSessionUrl(config",
    "java": "new OidcClientInitiatedLogoutSuccessHandler(clients)",
    "php": "https://dangnhap.example/logout?",
    "dotnet": "Results.SignOut(",
}


@pytest.mark.parametrize("stack", get_args(Stack))
@pytest.mark.parametrize("words", [PKCE, ISSUER, SIGNATURE, LOGOUT], ids=["pkce", "issuer", "signature", "logout"])
def test_every_sample_has_the_checks_and_the_way_out(words: dict[str, str], stack: Stack) -> None:
    assert words[stack] in SAMPLES[stack]


def test_a_program_behind_a_proxy_learns_that_the_browser_came_by_tls() -> None:
    assert 'app.set("trust proxy", 1)' in SAMPLES["node"]
    assert "forward-headers-strategy: native" in SAMPLES["java"]
    assert "ASPNETCORE_FORWARDEDHEADERS_ENABLED=true" in SAMPLES["dotnet"]


def test_spring_is_registered_with_the_one_algorithm_that_it_takes_in_logout_notices() -> None:
    assert "id_token_signed_response_alg RS256" in SAMPLES["java"]
