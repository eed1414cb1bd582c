"""The provider as the protocol rules see it."""

from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.secrets import HashKey
from idp.protocol.house import House
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.tokens.refresh import RefreshTokenMint
from idp.protocol.tokens.subjects import SubjectKey


def compose_house(foundation: Foundation) -> House:
    """Return the provider as the rules see it."""
    root = foundation.root_key
    return House(
        issuer=foundation.settings.issuer,
        signer=foundation.live_keys,
        verifier=foundation.live_keys,
        token_hash=root.hash_key(KeyPurpose.TOKENS),
        client_secret_hash=HashKey(root.raw(KeyPurpose.CLIENT_SECRETS)),
        sealer=root.sealer(),
        subjects=SubjectKey(root.raw(KeyPurpose.SUBJECTS)),
        refresh_tokens=RefreshTokenMint(root.raw(KeyPurpose.REFRESH_TOKENS)),
        policy=ProtocolPolicy(),
        upstream_reuse=foundation.upstreams.reuse,
    )
