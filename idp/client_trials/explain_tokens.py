"""What an ID token and userinfo say, in words."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import get_args

import msgspec

from clients.model import Client
from idp.client_trials.findings import Check, Finding, FindingKey, Member, Step
from idp.client_trials.model import Answered, Attempt, Judged

_GOOD: Mapping[Check, FindingKey] = {
    "signature": "signature_good",
    "alg": "alg_good",
    "iss": "iss_good",
    "aud": "aud_good",
    "exp": "exp_good",
    "iat": "iat_good",
    "nonce": "nonce_good",
    "at_hash": "at_hash_good",
    "acr": "acr_good",
}
_BAD: Mapping[Check, FindingKey] = {
    "signature": "signature_bad",
    "alg": "alg_bad",
    "iss": "iss_bad",
    "aud": "aud_bad",
    "exp": "exp_bad",
    "iat": "iat_bad",
    "nonce": "nonce_bad",
    "at_hash": "at_hash_bad",
    "acr": "acr_bad",
}
# The member of the registration that decides it.
_MEMBERS: Mapping[Check, Member] = {"alg": "id_token_signed_response_alg"}
# Told by a finding of their own.
_KNOWN = frozenset({*get_args(Check), "sub", "auth_time", "amr"})


def explain_id_token(client: Client, attempt: Attempt) -> Step:
    """Return what an ID token says, and each check of it (OIDC Core 3.1.3.7)."""
    judged = attempt.id_token
    if judged is None:
        return Step("id_token", (Finding("no_id_token", "bad", member="scope"),))
    return Step("id_token", tuple(_id_token(client, judged)))


def _id_token(client: Client, judged: Judged) -> Iterator[Finding]:
    yield Finding("header", "note", value=", ".join(f"{name} = {value}" for name, value in judged.header.items()))
    for check in get_args(Check):
        passed = judged.checks.get(check, False)
        key, member = (_GOOD if passed else _BAD)[check], _MEMBERS.get(check)
        yield Finding(key, "good" if passed else "bad", _looked_at(judged, check), member=member)
    pairwise = client.subject_type == "pairwise"
    subject = str(judged.claims.get("sub", ""))
    yield Finding("subject_pairwise" if pairwise else "subject_public", "note", subject, member="subject_type")
    if "auth_time" in judged.claims:
        yield Finding("auth_time", "note", value=_time(judged.claims["auth_time"]))
    yield Finding("amr", "note", value=_text(judged.claims.get("amr")))
    for name, value in judged.claims.items():
        if name not in _KNOWN:
            yield Finding("claim", "note", value=name, other=_text(value))


def explain_userinfo(answered: Answered, judged: Judged | None) -> Step:
    """Return what userinfo says, and whether it is about the same person (OIDC Core 5.3.2)."""
    if answered.status != 200:
        return Step("userinfo", (Finding("userinfo_error", "bad", value=answered.error),), f"userinfo.{answered.error}")
    claims = [Finding("claim", "note", value=name, other=_text(value)) for name, value in answered.members.items()]
    same = judged is not None and judged.claims.get("sub") == answered.members.get("sub")
    first = Finding("userinfo_same") if same else Finding("userinfo_differs", "bad")
    return Step("userinfo", (first, *claims))


def _looked_at(judged: Judged, check: Check) -> str:
    """Return the value that a check is about."""
    match check:
        case "signature":
            return _text(judged.header.get("kid"))
        case "alg":
            return _text(judged.header.get("alg"))
        case "exp" | "iat":
            return _time(judged.claims.get(check))
        case _:
            return _text(judged.claims.get(check))


def _time(value: object) -> str:
    """Return a moment of a token: its number, and what it means."""
    if not isinstance(value, int) or isinstance(value, bool):
        return _text(value)
    return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
