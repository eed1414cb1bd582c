"""What an answer of a client's server means: pure, what was seen goes in, state and cause come out."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from clients.errors import RuleBrokenError
from clients.jwk_set import PRIVATE_MEMBERS, as_jwks
from clients.model import ENCRYPTION_ALGORITHMS
from clients.profiles import Profile
from clients.tokens.encryption import fitting_key
from idp.admin.clients.health import CheckCause, CheckState, Judged
from idp.outbound.http import EgressError, OutboundResponse, ShownCertificate

# A portal's team needs a month for a new certificate.
ENDS_SOON = timedelta(days=30)
# Whoever keeps a key set longer misses its rotation (OIDC Core 10.1.1).
_KEPT_LONG = timedelta(days=1)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]{1,10})\"?", re.IGNORECASE)
# RFC 7517 4.2: what a key is published for.
KeyPurpose = Literal["sig", "enc"]
FOR_SIGNATURES: frozenset[KeyPurpose] = frozenset({"sig"})
_WORKS = Judged(CheckState.WORKS)
_OF_STATUS: Mapping[int, CheckCause] = {
    401: CheckCause.CLOSED,
    403: CheckCause.CLOSED,
    404: CheckCause.MISSING,
    410: CheckCause.MISSING,
}


class _KeyDocument(msgspec.Struct):
    keys: list[dict[str, object]]


def judge_failure(error: EgressError) -> Judged:
    """Return what it means that nothing came."""
    causes = {
        "refused": CheckCause.REFUSED,
        "timeout": CheckCause.TIMEOUT,
        "certificate": CheckCause.CERTIFICATE,
        "oversized": CheckCause.OVERSIZED,
    }
    return _fails(causes.get(error.reason, CheckCause.CONNECTION))


def judge_key_set(
    profile: Profile, response: OutboundResponse, purposes: frozenset[KeyPurpose] = FOR_SIGNATURES
) -> Judged:
    """Return what a key set is good for: assertions are verified with it (RFC 7523 3), or tokens encrypted for it."""
    if response.status != 200:
        return _judge_status(response.status)
    try:
        keys = msgspec.json.decode(response.body, type=_KeyDocument).keys
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _fails(CheckCause.NO_KEY_SET)
    if any(not PRIVATE_MEMBERS.isdisjoint(key) for key in keys):
        return _fails(CheckCause.PRIVATE_KEY)
    by_purpose = {purpose: [key for key in keys if _is_usable(profile, key, purpose)] for purpose in purposes}
    usable = [key for key in keys if any(key in fitting for fitting in by_purpose.values())]
    if not all(by_purpose.values()):
        return _fails(CheckCause.NO_USABLE_KEY, str(len(keys)))
    kids = [key.get("kid") for key in usable]
    if len(usable) > 1 and None in kids:
        return _warns(CheckCause.KID_MISSING)
    if len({str(kid) for kid in kids}) != len(kids):
        return _warns(CheckCause.KID_TWICE)
    if _kept_for(response.cache_control) > _KEPT_LONG:
        return _warns(CheckCause.KEPT_LONG)
    return Judged(CheckState.WORKS, detail=str(len(usable)))


def judge_logout(response: OutboundResponse) -> Judged:
    """Return what the answer to a notice without a token says (OIDC Back-Channel Logout 2.8: 400).

    Nobody is logged out by it. A server that is content with it does not look at tokens, or not all of it listens.
    """
    match response.status:
        case 400 | 415 | 422:
            return _WORKS
        case 200 | 204:
            return _warns(CheckCause.TAKES_ANYTHING)
        case 405:
            return _fails(CheckCause.POST_REFUSED)
        case status if status >= 500:
            # A real notice may fare better: its own outcomes stand beside this.
            return _warns(CheckCause.BROKEN, str(status))
        case status:
            return _judge_status(status)


def judge_certificate(shown: ShownCertificate, now: datetime) -> Judged:
    """Return what browsers and we make of a certificate, and how many days it has left."""
    if shown.fault:
        return Judged(CheckState.FAILS, CheckCause(shown.fault), ends_at=shown.ends_at)
    if shown.ends_at is not None and shown.ends_at - now <= ENDS_SOON:
        days = max((shown.ends_at - now).days, 0)
        return Judged(CheckState.WARNS, CheckCause.ENDS_SOON, str(days), shown.ends_at)
    return Judged(CheckState.WORKS, ends_at=shown.ends_at)


def judge_no_certificate(error: EgressError) -> Judged:
    """Return what it means that a server showed no certificate."""
    return _fails(CheckCause.NO_TLS) if error.reason == "certificate" else judge_failure(error)


def _judge_status(status: int) -> Judged:
    cause = _OF_STATUS.get(status, CheckCause.UNEXPECTED)
    if 300 <= status < 400:
        cause = CheckCause.REDIRECTED
    elif status >= 500:
        cause = CheckCause.BROKEN
    return _fails(cause, str(status))


def _is_usable(profile: Profile, key: dict[str, object], purpose: KeyPurpose) -> bool:
    """Say whether a key may be used for a purpose; keys for others may stand beside it."""
    try:
        read = as_jwks({"keys": [key]})["keys"][0]
    except RuleBrokenError:
        return False
    if purpose != "sig":
        return any(fitting_key([read], algorithm) is not None for algorithm in ENCRYPTION_ALGORITHMS)
    if read.get("use", "sig") != "sig" or read.get("alg") in ENCRYPTION_ALGORITHMS:
        return False
    # A key of RSA that names no algorithm may sign another than the one that a profile excludes.
    return read.get("alg") not in profile.refused_algorithms


def _kept_for(cache_control: str) -> timedelta:
    found = _MAX_AGE.search(cache_control[:500])
    return timedelta(seconds=int(found[1])) if found else timedelta(0)


def _fails(cause: CheckCause, detail: str = "") -> Judged:
    return Judged(CheckState.FAILS, cause, detail)


def _warns(cause: CheckCause, detail: str = "") -> Judged:
    return Judged(CheckState.WARNS, cause, detail)
