"""Showing a passkey: the challenge, and the proof that its answer gives. The same for sign-in, step-up and confirming.

prompt = await passkeys.begin(browser, account)         # account None: whoever's passkey the device offers
proof = await passkeys.verify(name, answer, browser, account, origin, now)
if isinstance(proof, PasskeyProof): sessions.authenticated(proof.account, frozenset({proof.factor}), ...,
                                                           extra=proof.effects)
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.model import Account, AccountStatus
from idp.account.notices.service import Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.change_model import still_waits
from idp.factors.passkey.challenges import Challenge, PasskeyChallenges
from idp.factors.passkey.credentials import OwnedPasskey, Passkey, PasskeyReader, UsePasskey
from idp.factors.passkey.errors import PasskeyRefusedError
from idp.factors.passkey.model import PresentedKey, ShownKey
from idp.factors.passkey.ports import PasskeyCeremonies
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id

SHOW = "show"


class PasskeyRefusal(StrEnum):
    """Why a passkey did not do: the key of the text that says so. Each leads to a new challenge."""

    REFUSED = "passkey_refused"
    EXPIRED = "passkey_expired"


class PasskeyPrompt(Struct, frozen=True):
    """What a page carries: the challenge's sealed `name` for a hidden field, and the options as JSON."""

    name: str
    options: str


class PasskeyProof(Struct, frozen=True):
    """Somebody showed a passkey of `account`. The factor counts only once `effects` are committed with its result."""

    account: Account
    factor: str
    effects: tuple[Effect, ...]
    reachable: Reachable
    # As of `factor_answers.Shown`.
    waits: bool = False


class Passkeys(Struct, frozen=True):
    """Asks for passkeys and judges the answers.

    No guess counter stands here: a signature over 32 random bytes is not guessed, and a counter that strangers could
    fill would lock the owner out (BF-5).
    """

    reader: PasskeyReader
    ceremonies: PasskeyCeremonies
    challenges: PasskeyChallenges
    ledger: Ledger
    clock: Clock

    async def begin(self, browser: str, account: Account | None) -> PasskeyPrompt:
        """Return a challenge for this browser; with `account`, only that account's passkeys are asked for."""
        known = await self.reader.of_account(account.person_id, account.id) if account else ()
        return self._prompt(browser, account, [one.credential_id for one in known])

    def offer(self, browser: str) -> PasskeyPrompt:
        """Return a challenge for whoever sits at this browser: the same for everybody, and nothing is read for it."""
        return self._prompt(browser, None, ())

    async def verify(
        self, name: str, answer: str, browser: str, account: Account | None, origin: Origin, now: datetime
    ) -> PasskeyProof | PasskeyRefusal:
        """Judge the answer to the challenge `name`, which `begin` gave to the same browser and account.

        The challenge is used up by a claim among the proof's effects: of a replay, the commit writes nothing.
        """
        challenge = self.challenges.open(name, SHOW, browser, account)
        if challenge is not None and now >= challenge.expires_at:
            return PasskeyRefusal.EXPIRED
        owned = None
        try:
            presented = self.ceremonies.read_presented(answer)
            owned = await self.reader.by_credential(presented.credential_id)
            known, expected = _owned_by(owned, presented, account), _known(challenge)
            shown = self.ceremonies.read_shown(answer, expected.value, known.passkey.public_key)
            _check_history(known.passkey, shown)
        except PasskeyRefusedError as refusal:
            self.ledger.enqueue(_event(EventName.PASSKEY_REFUSED, owned, origin, now, refusal.reason))
            return PasskeyRefusal.REFUSED
        accepted = _event(EventName.PASSKEY_ACCEPTED, known, origin, now)
        effects = (expected.claim, _use(known.passkey, shown, now), accepted)
        reachable = Reachable.of(known)
        waits = still_waits(known.passkey.pending_until, now)
        return PasskeyProof(known.account, shown.factor, effects, reachable, waits)

    def _prompt(self, browser: str, account: Account | None, allowed: Collection[bytes]) -> PasskeyPrompt:
        challenge, name = self.challenges.begin(SHOW, browser, account, self.clock.now())
        return PasskeyPrompt(name, self.ceremonies.request_options(challenge.value, allowed))


def _known(challenge: Challenge | None) -> Challenge:
    if challenge is None:
        raise PasskeyRefusedError("foreign_challenge")
    return challenge


def _owned_by(owned: OwnedPasskey | None, presented: PresentedKey, account: Account | None) -> OwnedPasskey:
    """Return the passkey if it may sign its owner in (WebAuthn Level 3, 7.2)."""
    if owned is None:
        raise PasskeyRefusedError("unknown_credential")
    if owned.account.status is not AccountStatus.OPEN:
        raise PasskeyRefusedError("account_not_open")
    if account is not None and account.id != owned.account.id:
        raise PasskeyRefusedError("another_account")
    # Without an account known beforehand, the handle must be there; with one, an authenticator may leave it out.
    if presented.user_handle != handle_of(owned.account) and (presented.user_handle is not None or account is None):
        raise PasskeyRefusedError("user_handle")
    return owned


def _check_history(passkey: Passkey, shown: ShownKey) -> None:
    """Compare with the last use (WebAuthn Level 3, 6.1.1, 6.1.3); the store compares again as it writes."""
    if shown.backup_eligible != passkey.backup_eligible:
        raise PasskeyRefusedError("backup_eligibility")
    if (shown.sign_count or passkey.sign_count) and shown.sign_count <= passkey.sign_count:
        raise PasskeyRefusedError("sign_count")


def _use(passkey: Passkey, shown: ShownKey, now: datetime) -> UsePasskey:
    return UsePasskey(
        person_id=passkey.person_id,
        account_id=passkey.account_id,
        credential_id=passkey.credential_id,
        sign_count=shown.sign_count,
        backed_up=shown.backed_up,
        at=now,
    )


def handle_of(account: Account) -> bytes:
    """Return the user handle of an account's passkeys: an id without meaning (WebAuthn Level 3, 14.6.1)."""
    return account.id.encode("ascii")


def _event(name: EventName, owned: OwnedPasskey | None, origin: Origin, now: datetime, reason: str = "") -> RecordEvent:
    person_id = owned.account.person_id if owned else None
    details = {"passkey": owned.passkey.reference} if owned else {}
    return RecordEvent(
        id=EventId(new_id()), name=name, at=now, origin=origin, person_id=person_id, reason=reason, details=details
    )
