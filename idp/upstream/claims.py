"""From a provider's words to ours: its `acr` to factors, its claims to an identity, by its written mapping."""

from collections.abc import Mapping

from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.id_token import VerifiedIdToken
from idp.upstream.model import Trust, UpstreamProvider, UpstreamResult, VouchedIdentity

_LONGEST = 400


def map_claims(provider: UpstreamProvider, token: VerifiedIdToken) -> UpstreamResult:
    """Return what a verified token says in our words; a level that is not in the mapping is too low."""
    level = token.claims.get("acr")
    factors = provider.factors.get(level) if isinstance(level, str) else None
    if factors is None:
        raise UpstreamRefusedError(Why.LEVEL_TOO_LOW, "acr is not in the mapping")
    sid = token.claims.get("sid")
    return UpstreamResult(
        provider=provider.id,
        subject=token.subject,
        factors=frozenset(factors),
        auth_time=token.auth_time,
        sid=sid if isinstance(sid, str) and len(sid) <= _LONGEST else "",
        id_token=token.raw,
        identity=_identity(provider, token.claims) if provider.trust is Trust.PROVED_IDENTITY else None,
    )


def _identity(provider: UpstreamProvider, claims: Mapping[str, object]) -> VouchedIdentity:
    names = provider.claims
    number, name = _text(claims, names.number), _text(claims, names.name)
    if not number or not name:
        raise UpstreamRefusedError(Why.FAILED, "a provider of proved identities named none")
    return VouchedIdentity(number, name, _text(claims, names.birth_date))


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""
