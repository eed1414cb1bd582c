"""The port to the enterprise register: it answers, whatever happens, and never raises."""

from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from idp.proofing.model import OnBehalfOf, Purpose
from idp.proofing.registers.enterprise_model import EnterpriseRecord
from idp.proofing.registers.ports import Garbled, NoAnswer, NoRecord
from idp.proofing.values.enterprise_codes import EnterpriseCode


class FoundEnterprise(Struct, frozen=True):
    """The register holds a record."""

    record: EnterpriseRecord


EnterpriseAnswer = FoundEnterprise | NoRecord | NoAnswer | Garbled


class EnterpriseRegister(Protocol):
    """Asks the enterprise register about an organisation; the question carries who asks, why, and for whom.

    The exchange has a look-up and nothing else (vietnam.md 7.2): there is no yes or no to ask for first.
    """

    async def look_up(
        self,
        code: EnterpriseCode,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> EnterpriseAnswer:
        """Return what the register says within `deadline`; it never raises for what the register does."""
