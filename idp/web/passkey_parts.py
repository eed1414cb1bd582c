"""What the pages with passkeys are given."""

from dataclasses import dataclass

from idp.selfservice.own_passkeys import OwnPasskeys
from idp.selfservice.passkey_sign_in import PasskeySignIn
from idp.selfservice.passkeys import Passkeys


@dataclass(frozen=True, slots=True)
class PasskeyParts:
    """Asking for a passkey, signing in with one, changing one's own."""

    passkeys: Passkeys
    sign_in: PasskeySignIn
    own: OwnPasskeys
