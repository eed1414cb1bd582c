"""Why a passkey's answer is not accepted: a word for the audit log; people read one text for all of them.

IdpError
└── PasskeyRefusedError   the answer is malformed, not for us, not for this challenge, or not signed by the key
"""

from idp.kernel.errors import IdpError


class PasskeyRefusedError(IdpError):
    """An answer of an authenticator that a check of WebAuthn Level 3 refuses."""

    code = "invalid_request"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
