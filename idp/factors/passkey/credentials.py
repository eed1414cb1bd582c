"""Passkeys of an account: WebAuthn credentials, several for each person, each with a name of its own."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.account.model import Account
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.places import Column

# What the name of a passkey is sealed as: "my mother's phone" is personal data.
LABEL_PLACE = Column("passkey_label")
# A person has a phone, a computer and a security key or two; more than this is somebody filling our table.
PASSKEY_LIMIT = 20


class Passkey(Struct, frozen=True):
    """A credential record (WebAuthn Level 3, 4) as we keep it. `backup_eligible` never changes, `backed_up` does."""

    person_id: PersonId
    account_id: AccountId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    backup_eligible: bool
    backed_up: bool
    label_sealed: bytes
    created_at: datetime
    last_used_at: datetime | None = None
    # Until then it signs its owner in and does nothing else (`idp.factors.change_model`).
    pending_until: datetime | None = None

    @property
    def reference(self) -> str:
        """Return a short name for addresses and forms of the owner's pages; it is no secret."""
        return sha256(self.credential_id).hexdigest()[:32]


class OwnedPasskey(Struct, frozen=True):
    """A passkey with the account it belongs to and that account's sealed contacts, read in one round trip."""

    passkey: Passkey
    account: Account
    phone_sealed: bytes | None = None
    email_sealed: bytes | None = None


class PasskeyReader(Protocol):
    """Reads passkeys."""

    async def by_credential(self, credential_id: bytes) -> OwnedPasskey | None:
        """Return the passkey with this credential id and whose it is, whatever the state of the account."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[Passkey]:
        """Return the passkeys of an account, oldest first."""


class AddPasskey(Effect):
    """Keep a new passkey. Too late if the credential is known already, or the account has `PASSKEY_LIMIT` of them."""

    passkey: Passkey
    claim: ClassVar[bool] = True


class UsePasskey(Effect):
    """A passkey was shown. Too late if it is gone, its account is not open, or its counter did not grow.

    WebAuthn Level 3, 6.1.1: a counter that is not zero and did not grow means that there are two of the authenticator.
    """

    person_id: PersonId
    account_id: AccountId
    credential_id: bytes
    sign_count: int
    backed_up: bool
    at: datetime
    claim: ClassVar[bool] = True


class RenamePasskey(Effect):
    """Give a passkey another name. Too late if it is gone."""

    person_id: PersonId
    account_id: AccountId
    credential_id: bytes
    label_sealed: bytes
    claim: ClassVar[bool] = True


class RemovePasskey(Effect):
    """Forget a passkey. Too late if it is gone: nobody is told twice; or if it is an officer's last second factor."""

    person_id: PersonId
    account_id: AccountId
    credential_id: bytes
    claim: ClassVar[bool] = True


class RemoveEveryPasskey(Effect):
    """Forget all passkeys of an account: it closes, or its owner recovers it without them."""

    person_id: PersonId
    account_id: AccountId
