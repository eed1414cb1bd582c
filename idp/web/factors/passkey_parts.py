"""What the pages with passkeys are given."""

from msgspec import Struct

from idp.factors.passkey.own_passkeys import OwnPasskeys
from idp.factors.passkey.service import Passkeys
from idp.sign_in.passkey import PasskeySignIn


class PasskeyParts(Struct, frozen=True):
    """Asking for a passkey, signing in with one, changing one's own."""

    passkeys: Passkeys
    sign_in: PasskeySignIn
    own: OwnPasskeys
