"""The words of an explanation: closed sets, each with a text in both languages."""

from typing import Literal

from msgspec import Struct

from idp.client_trials.model import Variant

StepName = Literal["request", "back", "token", "id_token", "userinfo", "replay", "sign_out"]
# good: as it should be; note: worth knowing; bad: something to change.
Verdict = Literal["good", "note", "bad"]
# An attempt is open until the browser is back.
Outcome = Literal["expected", "unexpected", "open"]
# The members of a registration that a finding leads to.
Member = Literal[
    "redirect_uris",
    "post_logout_redirect_uris",
    "scope",
    "token_endpoint_auth_method",
    "id_token_signed_response_alg",
    "minimum_acr",
    "default_acr_values",
    "default_max_age",
    "grant_types",
    "subject_type",
]
Check = Literal["signature", "alg", "iss", "aud", "exp", "iat", "nonce", "at_hash", "acr"]
FindingKey = Literal[
    # The authorization request.
    "client",
    "response_type",
    "redirect",
    "wrong_redirect",
    "own_redirects",
    "no_redirects",
    "scope",
    "scope_no_openid",
    "scope_no_refresh",
    "state",
    "nonce",
    "pkce_needed",
    "pkce_advised",
    "prompt_none",
    "max_age",
    "acr_values",
    "minimum_acr",
    "default_acr",
    "default_max_age",
    # What the browser brought back.
    "waiting",
    "page",
    "code",
    "state_same",
    "iss_same",
    "iss_differs",
    "error",
    # The token request and its answer.
    "auth_basic",
    "auth_post",
    "auth_jwt",
    "auth_certificate",
    "auth_none",
    "sent_code",
    "sent_verifier",
    "sent_wrong_verifier",
    "tokens",
    "token_scope",
    "refresh",
    "no_refresh",
    "token_error",
    # The ID token.
    "no_id_token",
    "header",
    "subject_pairwise",
    "subject_public",
    "auth_time",
    "amr",
    "claim",
    # Userinfo, the second use of a code, signing out.
    "userinfo_same",
    "userinfo_differs",
    "userinfo_error",
    "replay_refused",
    "replay_taken",
    "sign_out_next",
    "sign_out_back",
    "own_sign_outs",
    "no_sign_outs",
    # Each check of the ID token, passed and failed.
    "signature_good",
    "signature_bad",
    "alg_good",
    "alg_bad",
    "iss_good",
    "iss_bad",
    "aud_good",
    "aud_bad",
    "exp_good",
    "exp_bad",
    "iat_good",
    "iat_bad",
    "nonce_good",
    "nonce_bad",
    "at_hash_good",
    "at_hash_bad",
    "acr_good",
    "acr_bad",
]


class Finding(Struct, frozen=True):
    """One thing that was seen. `value` and `other` go into its text; `member` is what to change, or where it stands."""

    key: FindingKey
    verdict: Verdict = "good"
    value: str = ""
    other: str = ""
    member: Member | None = None


class Step(Struct, frozen=True):
    """One step with what was seen at it. `error` is `family.code` of the error catalogue, "" without an error."""

    name: StepName
    findings: tuple[Finding, ...]
    error: str = ""


class Explained(Struct, frozen=True):
    """An attempt in words. `outcome` says whether it went as its variant should."""

    number: int
    variant: Variant
    outcome: Outcome
    steps: tuple[Step, ...]
