"""The contact that the enterprise register has of an organisation: told of a first claim, and able to end it by a code.

Where nobody acts for an organisation yet, nobody else could object.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from idp.account.notices.messages import NOTICE_LIFE
from idp.account.notices.service import NOT_ME_ALPHABET, NOT_ME_LETTERS, Notices
from idp.audit.model import Origin
from idp.delegation.first_claims import OBJECTED, objected_before, waits
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.model import Mandate, MandateView
from idp.delegation.ports import MandateReader
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.locales import choose_locale
from idp.kernel.secrets import HashKey
from idp.proofing.registers.enterprise_model import EnterpriseRecord
from idp.recovery.references import canonical_code

_REPORTED, _REPORTED_AGAIN = "claim_at_contact", "claim_at_contact_again"


class ContactReport(Struct, frozen=True):
    """The messages to an organisation's contact, and the keyed hash of the code in them; None where there is none."""

    messages: Sequence[Effect] = ()
    objection_hash: bytes | None = None


def reported_at_contact(
    notices: Notices, claimed: Mandate, record: EnterpriseRecord, others: Sequence[MandateView], now: datetime
) -> ContactReport:
    """Return what the registered contact is told of a claim that waits; nothing of one that does not.

    Who objected to the same person before is told without a code: whom the register names is not kept out for good.
    """
    if not waits(claimed) or not (record.phone or record.email):
        return ContactReport()
    again = objected_before(None, claimed, others, now)
    code = "".join(secrets.choice(NOT_ME_ALPHABET) for _ in range(NOT_ME_LETTERS))
    locale, values = choose_locale("vi"), {} if again else {"code": code}
    key = _REPORTED_AGAIN if again else _REPORTED
    messages: list[Effect] = []
    if record.phone:
        messages.append(notices.messages.sms(key, record.phone, locale, values, now, NOTICE_LIFE))
    if record.email:
        messages.append(notices.messages.email(key, record.email, locale, values, now, NOTICE_LIFE))
    return ContactReport(messages, None if again else notices.not_me_hash.digest(code))


class ClaimObjections(Struct, frozen=True):
    """Ends a claim that waits, for whoever has the code that went to the organisation's contact."""

    mandates: MandateReader
    ends: MandateEnds
    ledger: Ledger
    code_hash: HashKey
    clock: Clock

    async def by_code(self, entered: str, origin: Origin) -> bool:
        """End the claim; False if the code is wrong, was used, or the claim waits no more, which all look the same."""
        now = self.clock.now()
        mandate = await self.mandates.objected_by(self.code_hash.digest(canonical_code(entered)))
        if mandate is None or not waits(mandate):
            return False
        return await self.ledger.commit(*await self.ends.of(mandate, OBJECTED, now, origin=origin))
