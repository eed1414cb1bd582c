"""A waiting recovery gives way to one with more evidence; its person is told at the phone they gave."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import PHONE_PLACE
from idp.account.notices.messages import NOTICE_LIFE, Messages
from idp.account.notices.model import AddNotice, Notice, NoticeKind
from idp.kernel.effects import Effect
from idp.kernel.ids import NoticeId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer
from idp.recovery.model import DisplaceRecovery, Recovery
from records.structs import replace


def in_place_of(known: Recovery, wanted: Recovery) -> Recovery:
    """Return the recovery that takes another's place: with the same phone the time that was waited counts."""
    wanted = behind(known, wanted)
    if not wanted.has_phone_of(known) or known.ready_at >= wanted.ready_at:
        return wanted
    return replace(wanted, ready_at=known.ready_at, ends_at=known.ends_at)


def behind(known: Recovery, wanted: Recovery) -> Recovery:
    """Return the recovery with since when somebody has waited: what happened before that is looked at too."""
    return replace(wanted, behind_since=known.trouble_since)


class Displacement(Struct, frozen=True):
    """Writes how one recovery gives way to another; both are of one account."""

    messages: Messages
    sealer: Sealer

    def of(self, known: Recovery, by: Recovery, locale: Locale, now: datetime) -> tuple[Effect, ...]:
        """Return the effects, in the order of locks: the end of `known`, a notice of the account, and a message.

        Nobody is told of a change from their own phone to the same one.
        """
        about = Notice(NoticeId(new_id()), known.person_id, known.account_id, NoticeKind.RECOVERY_CANCELLED, now)
        ended = DisplaceRecovery(person_id=known.person_id, recovery_id=known.id, standing=known.standing, at=now)
        if known.phone is None or by.has_phone_of(known):
            return (ended, AddNotice(notice=about))
        phone = self.sealer.open(known.phone.sealed, PHONE_PLACE.of(known.person_id)).decode()
        reported = self.messages.sms("recovery_displaced", phone, locale, {}, now, NOTICE_LIFE)
        return (ended, AddNotice(notice=about), reported)
