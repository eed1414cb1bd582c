"""What an initial access token may give: checked when it is issued."""

import re
from collections.abc import Collection, Iterator, Sequence

from clients.errors import Problem
from clients.model import GOVERNED_CLAIMS, GRANT_TYPES
from clients.profiles import PROFILES
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.protocol.policy import SCOPES

MAX_HOSTS = 20
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
# An app's own scheme is a reversed domain name (RFC 8252 7.1); it is written with its colon.
_SCHEME = re.compile(r"[a-z][a-z0-9+-]{0,62}(?:\.[a-z0-9+-]{1,62}){1,10}:")


def policy_problems(policy: RegistrationPolicy, *, operator: bool) -> Iterator[Problem]:
    """Yield what is wrong with a policy; an `operator` on the host may use every security profile."""
    if not 1 <= len(policy.hosts) <= MAX_HOSTS:
        reason = f"it names no host, or more than {MAX_HOSTS}"
        yield Problem("hosts", "length", reason, "name the hosts of the clients")
    for place, host in enumerate(policy.hosts):
        if not (_HOST.fullmatch(host) or _SCHEME.fullmatch(host)):
            reason = "it is no host and no scheme of an app"
            yield Problem(f"hosts[{place}]", "form", reason, "write portal.example or vn.gov.example.app:")
    yield from _given("scope", policy.scope, SCOPES.keys() - frozenset[str](GOVERNED_CLAIMS))
    yield from _given("grant_types", policy.grant_types, GRANT_TYPES)
    if PROFILES[policy.security_profile].nonce_for_pkce:
        yield Problem(
            "security_profile", "dated-exception", "a client that registers itself has no exception", "choose standard"
        )
    if PROFILES[policy.security_profile].operators_only and not operator:
        reason = "only an operator on the host may give it away"
        yield Problem("security_profile", "operators-only", reason, "choose standard")


def _given(field: str, chosen: Sequence[str], offered: Collection[str]) -> Iterator[Problem]:
    if not chosen:
        yield Problem(field, "required", "it is missing", "add it")
    for one in chosen:
        if one not in offered:
            yield Problem(field, "not-to-give-away", f"{one} is not what a token may give away", "remove it")
    if len(set(chosen)) != len(chosen):
        yield Problem(field, "duplicate", "the value is listed twice", "remove one")
