"""The enterprise register as a dictionary: the plain second implementation of its port."""

from datetime import timedelta

from idp.proofing.model import OnBehalfOf, Purpose
from idp.proofing.registers.enterprise_model import EnterpriseRecord, EnterpriseState, Representative
from idp.proofing.registers.enterprise_ports import EnterpriseAnswer, FoundEnterprise
from idp.proofing.registers.ports import NoRecord
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.phones import PhoneNumber
from portals.simulator.enterprises import ENTERPRISES, Enterprise
from portals.simulator.people import BY_NUMBER

_STATES = {
    "NNT đang hoạt động": EnterpriseState.ACTIVE,
    "NNT tạm nghỉ kinh doanh": EnterpriseState.PAUSED,
    "NNT ngừng hoạt động": EnterpriseState.CLOSED,
}


def enterprise_record(enterprise: Enterprise) -> EnterpriseRecord:
    """What the register is to answer about a demonstration enterprise."""
    name = BY_NUMBER[enterprise.representative].full_name.upper()
    return EnterpriseRecord(
        code=EnterpriseCode(enterprise.code),
        name=enterprise.name.upper(),
        state=_STATES[enterprise.status],
        representatives=(Representative(enterprise.representative, name),),
        phone=PhoneNumber.parse_mobile(enterprise.phone).e164 if enterprise.phone else "",
        email=enterprise.email,
    )


class PlainEnterprises:
    """Implements `EnterpriseRegister`; `trouble` or one of `troubles` is answered instead, while it is set."""

    def __init__(self) -> None:
        self.records = {EnterpriseCode(one.code): enterprise_record(one) for one in ENTERPRISES}
        self.trouble: EnterpriseAnswer | None = None
        # The same for one organisation alone.
        self.troubles: dict[EnterpriseCode, EnterpriseAnswer] = {}
        self.questions: list[tuple[str, str, str]] = []

    async def look_up(
        self,
        code: EnterpriseCode,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> EnterpriseAnswer:
        """Return what is written down."""
        del deadline
        self.questions.append((request_id, purpose.code, on_behalf_of.actor))
        if self.trouble is not None:
            return self.trouble
        if code in self.troubles:
            return self.troubles[code]
        record = self.records.get(code)
        return NoRecord() if record is None else FoundEnterprise(record)
