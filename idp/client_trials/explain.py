"""From the snapshot of an attempt to its steps in words. Pure: a client and an attempt in, findings out."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from clients.model import AuthMethod, Client
from clients.policy import requires_pkce
from idp.client_trials.explain_tokens import explain_id_token, explain_userinfo
from idp.client_trials.findings import Explained, Finding, FindingKey, Outcome, Step, Verdict
from idp.client_trials.model import Attempt, Variant

_SECOND = timedelta(seconds=1)
_METHODS: Mapping[AuthMethod, FindingKey] = {
    "client_secret_basic": "auth_basic",
    "client_secret_post": "auth_post",
    "private_key_jwt": "auth_jwt",
    "client_secret_jwt": "auth_jwt",
    "tls_client_auth": "auth_certificate",
    "self_signed_tls_client_auth": "auth_certificate",
    "none": "auth_none",
}
_OUTCOMES: Mapping[bool | None, Outcome] = {True: "expected", False: "unexpected", None: "open"}
# What a request that may not show a page is told (OIDC Core 3.1.2.6); the last, of an administrator's own session.
_SILENT = frozenset(
    {
        "login_required",
        "interaction_required",
        "consent_required",
        "unmet_authentication_requirements",
        "access_denied",
    }
)


def explain(client: Client, attempt: Attempt) -> Explained:
    """Return an attempt of a client, step by step as far as it got."""
    return Explained(
        attempt.number, attempt.variant, _OUTCOMES[went_as_expected(attempt)], tuple(_steps(client, attempt))
    )


def went_as_expected(attempt: Attempt) -> bool | None:
    """Say whether an attempt went as its variant should: a refusal is right where a refusal was wanted."""
    if attempt.page_error:
        return attempt.variant is Variant.WRONG_REDIRECT and attempt.page_error == "invalid_redirect_uri"
    if not attempt.back:
        return None
    token = attempt.token
    match attempt.variant:
        case Variant.SILENT if not attempt.code_came:
            return attempt.back.get("error") in _SILENT
        case Variant.WRONG_VERIFIER:
            return token is not None and token.error == "invalid_grant"
        case Variant.REPLAY:
            return attempt.again is not None and attempt.again.error == "invalid_grant"
        case Variant.WRONG_REDIRECT:
            return False
        case _:
            return token is not None and token.status == 200 and _all_checks(attempt)


def _all_checks(attempt: Attempt) -> bool:
    return attempt.id_token is None or all(attempt.id_token.checks.values())


def _steps(client: Client, attempt: Attempt) -> Iterator[Step]:
    yield Step("request", tuple(_request(client, attempt)))
    yield Step("back", tuple(_back(attempt)), _error_of_back(attempt))
    if attempt.token is None:
        return
    error = f"token.{attempt.token.error}" if attempt.token.error else ""
    yield Step("token", tuple(_token(client, attempt)), error)
    if attempt.token.status == 200:
        yield explain_id_token(client, attempt)
    if attempt.userinfo is not None:
        yield explain_userinfo(attempt.userinfo, attempt.id_token)
    if attempt.again is not None:
        refused = attempt.again.status != 200
        found = Finding("replay_refused", value=attempt.again.error) if refused else Finding("replay_taken", "bad")
        yield Step("replay", (found,), f"token.{attempt.again.error}" if refused else "")
    if attempt.hint:
        yield Step("sign_out", tuple(_sign_out(client, attempt)))


def _request(client: Client, attempt: Attempt) -> Iterator[Finding]:
    asked = attempt.request
    yield Finding("client", value=asked["client_id"], other=client.client_id)
    yield Finding("response_type", value=asked["response_type"])
    wrong = attempt.variant is Variant.WRONG_REDIRECT
    yield Finding("wrong_redirect" if wrong else "redirect", "note" if wrong else "good", asked["redirect_uri"])
    if client.redirect_uris:
        yield Finding("own_redirects", "note", value=", ".join(client.redirect_uris), member="redirect_uris")
    else:
        yield Finding("no_redirects", "bad", member="redirect_uris")
    yield Finding("scope", value=asked["scope"], member="scope")
    if "openid" not in client.scope:
        yield Finding("scope_no_openid", "bad", member="scope")
    if "offline_access" in client.scope and "refresh_token" not in client.grant_types:
        yield Finding("scope_no_refresh", "bad", member="grant_types")
    yield Finding("state")
    yield Finding("nonce")
    yield Finding("pkce_needed" if requires_pkce(client) else "pkce_advised", value=asked["code_challenge_method"])
    yield from _preferences(client, asked)


def _preferences(client: Client, asked: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what a request or a registration wants of the sign-in (OIDC Core 3.1.2.1)."""
    if "prompt" in asked:
        yield Finding("prompt_none", "note")
    if "max_age" in asked:
        yield Finding("max_age", "note", value=asked["max_age"])
    elif client.default_max_age is not None:
        seconds = str(client.default_max_age // _SECOND)
        yield Finding("default_max_age", "note", value=seconds, member="default_max_age")
    if "acr_values" in asked:
        yield Finding("acr_values", "note", value=asked["acr_values"])
    elif client.default_acr_values:
        levels = " ".join(client.default_acr_values)
        yield Finding("default_acr", "note", value=levels, member="default_acr_values")
    if client.minimum_acr is not None:
        yield Finding("minimum_acr", "note", value=client.minimum_acr, member="minimum_acr")


def _back(attempt: Attempt) -> Iterator[Finding]:
    if attempt.page_error:
        yield Finding("page", "note", value=attempt.page_error)
        return
    if not attempt.back:
        yield Finding("waiting", "note")
        return
    if attempt.code_came:
        yield Finding("code")
    else:
        verdict: Verdict = "note" if went_as_expected(attempt) else "bad"
        description = attempt.back.get("error_description", "")
        yield Finding("error", verdict, attempt.back.get("error", ""), description)
    yield Finding("state_same")
    # RFC 9207 2.4: an answer of another issuer is never redeemed, so without a token request it was one.
    if attempt.code_came and attempt.token is None:
        yield Finding("iss_differs", "bad", value=attempt.back.get("iss", ""))
    else:
        yield Finding("iss_same", value=attempt.back.get("iss", ""))


def _error_of_back(attempt: Attempt) -> str:
    if attempt.page_error:
        return f"authorize_page.{attempt.page_error}"
    error = attempt.back.get("error", "")
    return f"authorize.{error}" if error else ""


def _token(client: Client, attempt: Attempt) -> Iterator[Finding]:
    method, token = client.token_endpoint_auth_method, attempt.token
    yield Finding(_METHODS[method], "note", value=method, member="token_endpoint_auth_method")
    yield Finding("sent_code")
    wrong = attempt.variant is Variant.WRONG_VERIFIER
    yield Finding("sent_wrong_verifier", "note") if wrong else Finding("sent_verifier")
    if token is None:
        return
    if token.status != 200:
        yield Finding("token_error", "note" if wrong else "bad", token.error, token.description)
        return
    yield Finding("tokens", value=str(token.members.get("expires_in", "")))
    yield Finding("token_scope", value=str(token.members.get("scope", "")), member="scope")
    yield Finding("refresh" if "refresh_token" in token.members else "no_refresh", "note", member="grant_types")


def _sign_out(client: Client, attempt: Attempt) -> Iterator[Finding]:
    yield Finding("sign_out_back") if attempt.signed_out else Finding("sign_out_next", "note")
    if client.post_logout_redirect_uris:
        listed = ", ".join(client.post_logout_redirect_uris)
        yield Finding("own_sign_outs", "note", value=listed, member="post_logout_redirect_uris")
    else:
        yield Finding("no_sign_outs", "note", member="post_logout_redirect_uris")
