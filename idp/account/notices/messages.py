"""Messages to people: text messages and e-mails, sealed in the outbox in the transaction of their reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.messages import MessageChannel
from idp.kernel.outbox import Enqueue
from idp.kernel.secrets import Sealer
from records.structs import replace

PLACES: Mapping[MessageChannel, str] = {"sms": "outbox:sms", "email": "outbox:email"}
# A notice that a carrier could not take in a day is still shown on the account's page.
NOTICE_LIFE = timedelta(days=1)

Values = Mapping[str, str | timedelta]
# Texts that somebody waits for at this moment; they wait in a queue of their own, so that no notice is before them.
_CODE = "_code"


class SmsTexts(Protocol):
    """The texts of messages, accent-free Vietnamese or English, within 160 characters."""

    def __call__(self, key: str, locale: Locale, values: Values) -> str:
        """Return the text."""


class EmailTexts(Protocol):
    """The subjects and texts of e-mails: plain text, never a link."""

    def __call__(self, key: str, locale: Locale, values: Values) -> tuple[str, str]:
        """Return subject and text."""


class OutgoingMessage(Struct, frozen=True):
    """What the outbox keeps, sealed, for the worker to send. `subject` is empty for a text message.

    `later` is what a notice says instead where one message tells of several; codes have none.
    """

    to: str
    text: str
    subject: str = ""
    later: str = ""


class Messages(Struct, frozen=True):
    """Writes messages: effects that put them in the outbox."""

    sealer: Sealer
    sms_texts: SmsTexts
    email_texts: EmailTexts

    def sms(self, key: str, to: str, locale: Locale, values: Values, now: datetime, life: timedelta) -> Enqueue:
        """Return the effect that sends a text message, which helps nobody any more after `life`."""
        message = OutgoingMessage(to, self.sms_texts(key, locale, values), later=self._later(key, locale, values))
        return self._enqueue("sms", key, message, now, life)

    def email(self, key: str, to: str, locale: Locale, values: Values, now: datetime, life: timedelta) -> Enqueue:
        """Return the effect that sends an e-mail."""
        subject, text = self.email_texts(key, locale, values)
        return self._enqueue("email", key, OutgoingMessage(to, text, subject), now, life)

    def notice(
        self, kind: MessageChannel, key: str, message: OutgoingMessage, due_at: datetime, life: timedelta
    ) -> Enqueue:
        """Return the effect that sends a notice which is written already, once for each `key`."""
        sealed = self.sealer.seal(msgspec.json.encode(message), PLACES[kind])
        return Enqueue(kind=kind, key=key, payload=sealed, due_at=due_at, gives_up_at=due_at + life, receiver="notice")

    def _later(self, key: str, locale: Locale, values: Values) -> str:
        if key.endswith(_CODE):
            return ""
        return self.sms_texts("notices_gathered" if "code" in values else "notices_without_code", locale, values)

    def _enqueue(
        self, kind: MessageChannel, text_key: str, message: OutgoingMessage, now: datetime, life: timedelta
    ) -> Enqueue:
        enqueue = self.notice(kind, new_id(), message, now, life)
        return replace(enqueue, receiver="code") if text_key.endswith(_CODE) else enqueue


def open_message(sealer: Sealer, kind: MessageChannel, payload: bytes) -> OutgoingMessage:
    """Return what the outbox keeps of a message."""
    return msgspec.json.decode(sealer.open(payload, PLACES[kind]), type=OutgoingMessage)
