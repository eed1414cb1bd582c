"""What makes and hashes the tokens of dynamic registration."""

from idp.admin.dynamic_registration.secrets import RegistrationSecrets
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose


def registration_secrets(foundation: Foundation) -> RegistrationSecrets:
    """Return the secrets of dynamic registration for one process."""
    root = foundation.root_key
    return RegistrationSecrets(
        root.hash_key(KeyPurpose.INITIAL_ACCESS_TOKENS), root.hash_key(KeyPurpose.REGISTRATION_ACCESS_TOKENS)
    )
