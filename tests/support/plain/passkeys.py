"""Passkeys and a ledger in a dictionary, with the conditions that the SQL stores hold."""

from collections.abc import Sequence

from idp.account.model import Account, AccountKind, AccountStatus
from idp.audit.model import RecordEvent
from idp.factors.passkey.credentials import (
    PASSKEY_LIMIT,
    AddPasskey,
    OwnedPasskey,
    Passkey,
    RemovePasskey,
    RenamePasskey,
    UsePasskey,
)
from idp.grants.model import ClaimOnce
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from records.structs import replace


class PlainPasskeys:
    """Implements `PasskeyReader` and, for the effects of passkeys, `Ledger`; the others are only remembered."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = {account.id: account for account in accounts}
        self.kept: dict[bytes, Passkey] = {}
        self.used: set[tuple[str, bytes]] = set()
        self.written: list[Effect] = []

    @property
    def events(self) -> list[tuple[str, str]]:
        """Name and reason of each event, in order."""
        return [(effect.name.value, effect.reason) for effect in self.written if isinstance(effect, RecordEvent)]

    def set_status(self, account: Account, status: AccountStatus) -> None:
        """Lock, close or reopen an account."""
        self.accounts[account.id] = replace(account, status=status)

    async def by_credential(self, credential_id: bytes) -> OwnedPasskey | None:
        passkey = self.kept.get(credential_id)
        return OwnedPasskey(passkey, self.accounts[passkey.account_id], b"phone", None) if passkey else None

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[Passkey]:
        return [one for one in self.kept.values() if (one.person_id, one.account_id) == (person_id, account_id)]

    async def commit(self, *effects: Effect) -> bool:
        before = dict(self.kept), set(self.used)
        if not all(self._apply(effect) for effect in effects):
            self.kept, self.used = before
            return False
        self.written += effects
        return True

    def enqueue(self, *effects: Effect) -> None:
        assert not any(effect.claim for effect in effects)
        self.written += effects

    def _apply(self, effect: Effect) -> bool:
        match effect:
            case ClaimOnce():
                fresh = (effect.purpose, effect.value_hash) not in self.used
                self.used.add((effect.purpose, effect.value_hash))
                return fresh
            case AddPasskey(passkey=passkey):
                known = passkey.credential_id in self.kept or len(self.kept) >= PASSKEY_LIMIT
                self.kept.setdefault(passkey.credential_id, passkey)
                return not known
            case UsePasskey():
                return self._use(effect)
            case RenamePasskey():
                passkey = self.kept[effect.credential_id]
                self.kept[effect.credential_id] = replace(passkey, label_sealed=effect.label_sealed)
                return True
            case RemovePasskey():
                return not self._is_last(effect) and self.kept.pop(effect.credential_id, None) is not None
            case _:
                return True

    def _is_last(self, effect: RemovePasskey) -> bool:
        """Say whether an officer would be left without a second factor; no account of these has an app."""
        others = [one for one in self.kept.values() if one.account_id == effect.account_id]
        return self.accounts[effect.account_id].kind is AccountKind.OFFICER and len(others) == 1

    def _use(self, effect: UsePasskey) -> bool:
        passkey = self.kept.get(effect.credential_id)
        if passkey is None or self.accounts[passkey.account_id].status is not AccountStatus.OPEN:
            return False
        self.kept[effect.credential_id] = replace(passkey, sign_count=effect.sign_count, last_used_at=effect.at)
        return effect.sign_count > passkey.sign_count or not (effect.sign_count or passkey.sign_count)
