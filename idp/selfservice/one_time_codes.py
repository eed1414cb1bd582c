"""One-time codes by SMS: made, sent through the outbox, guessed at most a few times, accepted once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.outbox import Enqueue
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore

# The portal's own practice and the texts say two minutes; NIST 800-63B-4 3.1.3.2 allows ten.
CODE_LIFE = timedelta(minutes=2)
MAX_TRIES = 5
MAX_SENDS = 3
# NIST 800-63B-4 3.1.3.2 asks for at least 20 bits in six digits, throttled.
_DIGITS = 6
# What a carrier could not take within the code's life helps nobody any more.
_SMS_PLACE = "outbox:sms"


class SmsTexts(Protocol):
    """The texts of messages, accent-free Vietnamese or English, within 160 characters."""

    def __call__(self, key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> str:
        """Return the text."""


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """A code on its way: its keyed hash, never the code; where it went; how often it was sent."""

    id: str
    purpose: str
    phone: str
    code_hash: bytes
    expires_at: datetime
    sends: int


class CodeVerdict(StrEnum):
    """What became of an entered code."""

    RIGHT = "right"
    WRONG = "code_wrong"
    EXPIRED = "code_expired"
    TRIES_USED = "code_tries_used"


@dataclass(frozen=True, slots=True)
class SmsPayload:
    """What the outbox keeps, sealed, for the worker to send."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """Sends codes and checks them."""

    ledger: Ledger
    store: ShortLivedStore
    code_hash: HashKey
    sealer: Sealer
    texts: SmsTexts

    async def send(self, purpose: str, phone: str, locale: Locale, now: datetime) -> CodeDraft:
        """Send a first code and return its draft. `purpose` names the text and is part of the hash (I13)."""
        return await self._send(CodeDraft(new_id(), purpose, phone, b"", now, 0), locale, now)

    async def resend(self, draft: CodeDraft, locale: Locale, now: datetime) -> CodeDraft | None:
        """Send another code, which ends the one before; None when enough were sent. Tries are not reset (MF-3)."""
        return await self._send(draft, locale, now) if draft.sends < MAX_SENDS else None

    async def check(self, draft: CodeDraft, entered: str, now: datetime) -> CodeVerdict:
        """Judge an entered code. The try is counted before the code is looked at, in one step (I11)."""
        tries = await self.store.count(f"code-tries:{draft.id}", timedelta(minutes=30))
        if tries > MAX_TRIES:
            return CodeVerdict.TRIES_USED
        if now >= draft.expires_at:
            return CodeVerdict.EXPIRED
        digits = "".join(entered.split())[:32]
        return (
            CodeVerdict.RIGHT if self.code_hash.matches(_hashed(draft, digits), draft.code_hash) else CodeVerdict.WRONG
        )

    async def notify(self, key: str, phone: str, locale: Locale, now: datetime) -> None:
        """Send a message without a code."""
        await self.ledger.commit(self.message(key, phone, locale, now, {}))

    def message(
        self, key: str, phone: str, locale: Locale, now: datetime, values: Mapping[str, str | timedelta]
    ) -> Enqueue:
        """Return the effect that sends a text, for a transaction it belongs to."""
        payload = msgspec.json.encode(SmsPayload(phone, self.texts(key, locale, values)))
        return Enqueue(
            kind="sms",
            key=new_id(),
            payload=self.sealer.seal(payload, _SMS_PLACE),
            due_at=now,
            gives_up_at=now + CODE_LIFE,
        )

    async def _send(self, draft: CodeDraft, locale: Locale, now: datetime) -> CodeDraft:
        code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
        values: dict[str, str | timedelta] = {"code": code, "valid_for": CODE_LIFE}
        await self.ledger.commit(self.message(f"{draft.purpose}_code", draft.phone, locale, now, values))
        return replace(
            draft,
            code_hash=self.code_hash.digest(_hashed(draft, code)),
            expires_at=now + CODE_LIFE,
            sends=draft.sends + 1,
        )


def open_sms(sealer: Sealer, payload: bytes) -> SmsPayload:
    """Return what the outbox keeps of a message."""
    return msgspec.json.decode(sealer.open(payload, _SMS_PLACE), type=SmsPayload)


def _hashed(draft: CodeDraft, code: str) -> str:
    return f"{draft.purpose}|{draft.id}|{code}"
