"""One-time codes by SMS: made, sent through the outbox, guessed at most a few times, accepted once."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.selfservice.messages import Messages

# The portal's own practice and the texts say two minutes; NIST 800-63B-4 3.1.3.2 allows ten.
CODE_LIFE = timedelta(minutes=2)
MAX_TRIES = 5
MAX_SENDS = 3
# NIST 800-63B-4 3.1.3.2 asks for at least 20 bits in six digits, throttled.
_DIGITS = 6


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
class OneTimeCodes:
    """Sends codes and checks them."""

    ledger: Ledger
    store: ShortLivedStore
    code_hash: HashKey
    messages: Messages

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

    async def _send(self, draft: CodeDraft, locale: Locale, now: datetime) -> CodeDraft:
        code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
        values: dict[str, str | timedelta] = {"code": code, "valid_for": CODE_LIFE}
        await self.ledger.commit(
            self.messages.sms(f"{draft.purpose}_code", draft.phone, locale, values, now, CODE_LIFE)
        )
        return replace(
            draft,
            code_hash=self.code_hash.digest(_hashed(draft, code)),
            expires_at=now + CODE_LIFE,
            sends=draft.sends + 1,
        )


def _hashed(draft: CodeDraft, code: str) -> str:
    return f"{draft.purpose}|{draft.id}|{code}"
