"""The browser comes back: is this the answer of the provider that this browser was sent to?"""

from collections.abc import Mapping
from datetime import datetime

from idp.upstream.authorization import SignInAttempt
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.model import UpstreamMetadata, UpstreamProvider
from idp.upstream.policy import ATTEMPT_LIFE, MAX_CODE_LENGTH

_ITS_TROUBLE = frozenset({"server_error", "temporarily_unavailable"})


def check_attempt(provider: UpstreamProvider, attempt: SignInAttempt | None, now: datetime) -> SignInAttempt:
    """Return the attempt that this browser began with this provider.

    RFC 9700 4.7.1: a state that is not this browser's finds no attempt. RFC 9700 4.4.2.2: each provider has a callback
    of its own, so that one provider's code never reaches another's token endpoint.
    """
    if attempt is None:
        raise UpstreamRefusedError(Why.EXPIRED, "no attempt of this browser has this state")
    if attempt.provider != provider.id:
        raise UpstreamRefusedError(Why.FAILED, "the answer came to another provider's address")
    if not -ATTEMPT_LIFE <= now - attempt.began_at <= ATTEMPT_LIFE:
        raise UpstreamRefusedError(Why.EXPIRED, "the attempt is too old")
    return attempt


def judge_answer(
    provider: UpstreamProvider,
    metadata: UpstreamMetadata,
    parameters: Mapping[str, str],
    *,
    repeated: bool,
) -> str:
    """Return the authorization code, or raise for everything else (OIDC Core 3.1.2.5, 3.1.2.6; RFC 9207 2.4)."""
    if repeated:
        raise UpstreamRefusedError(Why.FAILED, "a parameter came twice")
    named = parameters.get("iss")
    if named is None and metadata.answers_with_iss:
        raise UpstreamRefusedError(Why.FAILED, "iss is missing")
    if named is not None and named != provider.issuer:
        raise UpstreamRefusedError(Why.FAILED, "iss is another provider")
    if "error" in parameters:
        raise _refusal(parameters["error"])
    code = parameters.get("code", "")
    if not code or len(code) > MAX_CODE_LENGTH or not code.isascii() or not code.isprintable():
        raise UpstreamRefusedError(Why.FAILED, "no usable code")
    return code


def _refusal(error: str) -> UpstreamRefusedError:
    if error == "access_denied":
        return UpstreamRefusedError(Why.CANCELLED, "the person or the provider declined")
    if error in _ITS_TROUBLE:
        return UpstreamRefusedError(Why.UNREACHABLE, "the provider reports trouble of its own")
    return UpstreamRefusedError(Why.FAILED, "the provider answered with an error")
