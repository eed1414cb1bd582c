"""One-time codes by SMS and e-mail: made, sent through the outbox, guessed at few times, accepted once."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.message_ceilings import Asker, MessageCeilings
from idp.account.notices.messages import Messages
from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.messages import MessageChannel
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from records.structs import replace

# A crowded carrier takes a minute or two of it; NIST 800-63B-4 3.1.3.2 allows ten.
CODE_LIFE = timedelta(minutes=5)
# Mail is slower than SMS; ten minutes is the most that NIST allows.
EMAIL_CODE_LIFE = timedelta(minutes=10)
MAX_TRIES = 5
MAX_SENDS = 3
# NIST 800-63B-4 3.1.3.2 asks for at least 20 bits in six digits, throttled.
_DIGITS = 6
_ANYBODY = Asker("")


class CodeDraft(Struct, frozen=True):
    """A code on its way: its keyed hash, never the code; where it went; how often it was sent.

    `phone` is the address that `channel` reaches: an E.164 number, or an e-mail address.
    """

    id: str
    purpose: str
    phone: str
    code_hash: bytes
    expires_at: datetime
    sends: int
    channel: MessageChannel = "sms"
    # On whose account it is counted: also what is sent again.
    asker: Asker = _ANYBODY

    @property
    def life(self) -> timedelta:
        """Return how long a code on this way holds."""
        return CODE_LIFE if self.channel == "sms" else EMAIL_CODE_LIFE


class CodeVerdict(StrEnum):
    """What became of an entered code."""

    RIGHT = "right"
    WRONG = "code_wrong"
    EXPIRED = "code_expired"
    TRIES_USED = "code_tries_used"


class OneTimeCodes(Struct, frozen=True):
    """Sends codes and checks them."""

    ledger: Ledger
    store: ShortLivedStore
    code_hash: HashKey
    messages: Messages
    ceilings: MessageCeilings

    async def send(
        self,
        purpose: str,
        phone: str,
        locale: Locale,
        now: datetime,
        channel: MessageChannel = "sms",
        *,
        asker: Asker,
    ) -> CodeDraft:
        """Send a first code and return its draft. `purpose` names the text and is part of the hash (I13).

        By e-mail, `phone` is the address. Such a code confirms the address and is no factor (SP 800-63B-4 3.1.3.1).
        Raises `TooManyCodesError`, as `resend` does.
        """
        return await self._send(CodeDraft(new_id(), purpose, phone, b"", now, 0, channel, asker), locale, now)

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
        await self.ceilings.check(draft.phone, draft.channel, draft.asker)
        code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
        values: dict[str, str | timedelta] = {"code": code, "valid_for": draft.life}
        write = self.messages.sms if draft.channel == "sms" else self.messages.email
        await self.ledger.commit(write(f"{draft.purpose}_code", draft.phone, locale, values, now, draft.life))
        return replace(
            draft,
            code_hash=self.code_hash.digest(_hashed(draft, code)),
            expires_at=now + draft.life,
            sends=draft.sends + 1,
        )


def _hashed(draft: CodeDraft, code: str) -> str:
    return f"{draft.purpose}|{draft.id}|{code}"
