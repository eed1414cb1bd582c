"""Telling a person what happened to their account: kept for the account page, sent to every contact."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, Protocol, Self

from msgspec import Struct

from idp.account.model import EMAIL_PLACE, PHONE_PLACE, Account
from idp.account.notices.messages import NOTICE_LIFE, Messages
from idp.account.notices.model import AddNotice, IssueNotMeCode, Notice, NoticeKind
from idp.kernel.effects import Effect
from idp.kernel.ids import NoticeId, new_id
from idp.kernel.locales import Locale, choose_locale
from idp.kernel.secrets import HashKey, Sealer

Contact = Literal["phone", "email"]

# Read aloud over the phone and typed by anyone: no letter that looks like another. 10 of 31 are 49 bits.
NOT_ME_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
NOT_ME_LETTERS = 10
NOT_ME_LIFE = timedelta(days=7)


class HasContacts(Protocol):
    """What was read of an account with its contacts: by a session, at a sign-in, for a merge."""

    @property
    def account(self) -> Account: ...

    @property
    def phone_sealed(self) -> bytes | None: ...

    @property
    def email_sealed(self) -> bytes | None: ...


class Reachable(Struct, frozen=True):
    """An account and the sealed contacts it can be told at."""

    account: Account
    phone_sealed: bytes | None
    email_sealed: bytes | None

    @classmethod
    def of(cls, read: HasContacts) -> Self:
        """Return where the account of a record is told."""
        return cls(read.account, read.phone_sealed, read.email_sealed)


class Notices(Struct, frozen=True):
    """Writes notices: effects for the transaction of what they tell."""

    messages: Messages
    sealer: Sealer
    not_me_hash: HashKey

    def tell(
        self, to: Reachable, kind: NoticeKind, now: datetime, details: Mapping[str, str] | None = None
    ) -> tuple[Effect, ...]:
        """Return the effects that tell a person on every channel, with a code that says "this was not me".

        A message that cannot be sent any more after a day is still on the account's page.
        """
        account, reported = to.account, dict(details or {})
        notice = Notice(NoticeId(new_id()), account.person_id, account.id, kind, now, reported)
        code = "".join(secrets.choice(NOT_ME_ALPHABET) for _ in range(NOT_ME_LETTERS))
        not_me_code = IssueNotMeCode(
            code_hash=self.not_me_hash.digest(code),
            person_id=account.person_id,
            account_id=account.id,
            notice_id=notice.id,
            expires_at=now + NOT_ME_LIFE,
        )
        return (AddNotice(notice=notice), not_me_code, *self._messages(to, kind, now, {**reported, "code": code}))

    def remind(self, to: Reachable, kind: NoticeKind, now: datetime) -> tuple[Effect, ...]:
        """Return the effects that ask a person for something on every channel.

        Nothing has happened that could be objected to, so that the message has no code: the phone may be somebody
        else's by now, who would lock the account with it.
        """
        account = to.account
        notice = AddNotice(notice=Notice(NoticeId(new_id()), account.person_id, account.id, kind, now))
        return (notice, *self._messages(to, kind, now, {}))

    def _messages(self, to: Reachable, kind: NoticeKind, now: datetime, values: dict[str, str]) -> tuple[Effect, ...]:
        key, locale = f"notice_{kind}", _locale(to.account)
        written: list[Effect] = []
        if to.phone_sealed is not None:
            phone = self.sealer.open(to.phone_sealed, PHONE_PLACE.of(to.account.person_id)).decode()
            written.append(self.messages.sms(key, phone, locale, values, now, NOTICE_LIFE))
        if to.email_sealed is not None:
            email = self.sealer.open(to.email_sealed, EMAIL_PLACE.of(to.account.person_id)).decode()
            written.append(self.messages.email(key, email, locale, values, now, NOTICE_LIFE))
        return tuple(written)


def _locale(account: Account) -> Locale:
    return choose_locale(account.locale)
