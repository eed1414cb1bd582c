"""Notices by text message to one phone: a few at once, the rest of an hour as one later message. None is lost."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.notices.message_ceilings import MessageCeilings
from idp.account.notices.messages import NOTICE_LIFE, Messages, OutgoingMessage
from idp.kernel.effects import Ledger
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.outbox import Enqueue
from idp.kernel.secrets import HashKey

_HOUR = timedelta(hours=1)
# Processes' clocks differ by seconds: nobody puts off into an hour whose message has left.
_AFTER = timedelta(minutes=1)


class GatheredNotices(Struct, frozen=True):
    """Decides about each notice when it leaves, whatever it tells and whoever caused it."""

    ceilings: MessageCeilings
    messages: Messages
    ledger: Ledger
    gathered_key: HashKey

    async def gathers(self, notice: OutgoingMessage, now: datetime) -> bool:
        """Count a notice before it leaves. True: it does not leave, one later message tells of it.

        The later message is the first one's that was put off in its hour; its "not me" code undoes what came after it
        too, and so does every code that the phone had before.
        """
        if not notice.later:
            return False
        try:
            if await self.ceilings.admit_notice(notice.to):
                return False
        except TemporarilyUnavailableError:
            # Nothing can be counted: telling once too often is the smaller harm.
            return False
        await self.ledger.commit(self._later(notice, now))
        return True

    def _later(self, notice: OutgoingMessage, now: datetime) -> Enqueue:
        ends_at = now.replace(minute=0, second=0, microsecond=0) + _HOUR
        # A second message of this key is dropped by the outbox.
        key = self.gathered_key.digest(f"{notice.to}|{ends_at.isoformat()}").hex()
        return self.messages.notice("sms", key, OutgoingMessage(notice.to, notice.later), ends_at + _AFTER, NOTICE_LIFE)
