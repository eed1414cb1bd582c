"""What the pages with passkeys are given."""

from msgspec import Struct

from idp.selfservice.own_passkeys import OwnPasskeys
from idp.selfservice.passkey_sign_in import PasskeySignIn
from idp.selfservice.passkeys import Passkeys


class PasskeyParts(Struct, frozen=True):
    """Asking for a passkey, signing in with one, changing one's own."""

    passkeys: Passkeys
    sign_in: PasskeySignIn
    own: OwnPasskeys
