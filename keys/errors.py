"""What can go wrong with signing keys.

KeysError
├── MasterKeyError          the master key file cannot be used; says which file and what to do
├── SealBrokenError         a sealed private key does not open under this master key
├── NoActiveKeyError        nothing may sign with this algorithm now
├── UnknownKeyError         no key has this kid
├── OnlyActiveKeyError      retiring this key would leave its algorithm without a signer
├── KeysChangedError        somebody else changed the keys at the same time
└── TokenInvalidError       a token's form or signature is not ours
"""

from typing import Literal

TokenFault = Literal[
    "too_long",
    "not_compact",
    "bad_header",
    "forbidden_header",
    "unknown_key",
    "expired_key",
    "wrong_algorithm",
    "bad_signature",
    "bad_claims",
]


class KeysError(Exception):
    """The root of this package's errors."""


class MasterKeyError(KeysError):
    """The master key cannot be used; the text names the file and the remedy."""


class SealBrokenError(KeysError):
    """A sealed private key is damaged or belongs to another master key."""


class NoActiveKeyError(KeysError):
    """No key of the algorithm is in its signing time."""


class UnknownKeyError(KeysError):
    """No stored key carries the given kid."""


class OnlyActiveKeyError(KeysError):
    """The key is the only signer of its algorithm; the text says what to do first."""


class KeysChangedError(KeysError):
    """The stored keys changed between reading and writing; read them again and decide anew."""


class TokenInvalidError(KeysError):
    """A token that this provider did not sign, or not like this. `reason` is for the log, not for the sender."""

    def __init__(self, reason: TokenFault) -> None:
        super().__init__(reason)
        self.reason: TokenFault = reason
