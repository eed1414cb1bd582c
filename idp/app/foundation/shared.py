"""What several features share without asking a store: made once, when a process opens."""

from cryptography import x509
from msgspec import Struct

from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.app.foundation.upstreams import Upstreams
from idp.environment import Settings
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey
from idp.kernel.secrets import HashKey, Sealer
from idp.oauth.live_keys import LiveKeys
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.provider import Provider
from idp.protocol.sender.mutual_tls import MutualTls, mutual_tls
from idp.protocol.tokens.refresh import RefreshTokenMint
from idp.protocol.tokens.subjects import SubjectKey
from idp.settings.live import LiveSettings
from idp.web.messages.catalogue import MessageTexts


class Shared(Struct, frozen=True):
    """The provider as the protocol rules see it, the sealer, the blind indexes, and what writes to people."""

    provider: Provider
    sealer: Sealer
    number_index: HashKey
    phone_index: HashKey
    email_index: HashKey
    messages: Messages
    notices: Notices


def compose_shared(
    settings: Settings, root: RootKey, keys: LiveKeys, national_settings: LiveSettings, upstreams: Upstreams
) -> Shared:
    """Return what a process makes once of its keys and settings."""
    sealer, texts = root.sealer(), MessageTexts(national_settings.messages)
    messages = Messages(sealer, texts.sms, texts.email)
    return Shared(
        provider=_provider(settings, root, keys, sealer, upstreams),
        sealer=sealer,
        number_index=root.hash_key(KeyPurpose.PERSONAL_NUMBERS),
        phone_index=root.hash_key(KeyPurpose.PHONES),
        email_index=root.hash_key(KeyPurpose.EMAILS),
        messages=messages,
        notices=Notices(messages, sealer, root.hash_key(KeyPurpose.NOT_ME_CODES)),
    )


def _provider(settings: Settings, root: RootKey, keys: LiveKeys, sealer: Sealer, upstreams: Upstreams) -> Provider:
    return Provider(
        issuer=settings.issuer,
        signer=keys,
        verifier=keys,
        token_hash=root.hash_key(KeyPurpose.TOKENS),
        client_secret_hash=HashKey(root.raw(KeyPurpose.CLIENT_SECRETS)),
        sealer=sealer,
        subjects=SubjectKey(root.raw(KeyPurpose.SUBJECTS)),
        refresh_tokens=RefreshTokenMint(root.raw(KeyPurpose.REFRESH_TOKENS)),
        policy=ProtocolPolicy(),
        upstream_reuse=upstreams.reuse,
        mutual_tls=_mutual_tls(settings),
    )


def _mutual_tls(settings: Settings) -> MutualTls | None:
    if not settings.client_certificates:
        return None
    file = settings.client_authorities_file
    authorities = x509.load_pem_x509_certificates(file.read_bytes()) if file is not None else []
    return mutual_tls(authorities, settings.client_certificates_address)
