"""The population register as a dictionary: the plain implementation beside the SOAP and REST adapters."""

from collections.abc import Iterable
from datetime import timedelta

from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose, RegisterRecord
from idp.proofing.registers.feed import FeedPage, RegisterChange
from idp.proofing.registers.ports import (
    Found,
    Garbled,
    MatchAnswer,
    Matched,
    NoAnswer,
    NoRecord,
    NotMatched,
    RegisterAnswer,
)
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.wards import FoundWard, WardAnswer

PAGE_SIZE = 100


class PlainRegister:
    """Answers from what it was given, or with `trouble` for as long as that is set."""

    def __init__(self, records: Iterable[RegisterRecord] = ()) -> None:
        self.records = {record.number: record for record in records}
        self.trouble: RegisterAnswer | None = None
        # Who represents a child, by the child's number.
        self.guardians: dict[PersonalNumber, str] = {}
        self.request_ids: list[str] = []
        self.happened: list[RegisterChange] = []

    async def match(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> MatchAnswer:
        """Say yes only to exactly what the record says."""
        answer = await self.look_up(
            claimed, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of, deadline=deadline
        )
        match answer:
            case Found(record):
                same = (record.number, record.full_name, record.birth_date) == (
                    claimed.number,
                    claimed.name.upper(),
                    claimed.birth_date,
                )
                return Matched() if same else NotMatched()
            case NoRecord():
                return NotMatched()
            case _:
                return answer

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        """Return the record under the claimed number, whatever else is claimed."""
        self.request_ids.append(request_id)
        if self.trouble is not None:
            return self.trouble
        record = self.records.get(claimed.number)
        return NoRecord() if record is None else Found(record)

    async def look_up_ward(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> WardAnswer:
        """Return the record with whom it names as representing the child."""
        answer = await self.look_up(
            claimed, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of, deadline=deadline
        )
        if not isinstance(answer, Found):
            return answer
        return FoundWard(answer.record, self.guardians.get(answer.record.number, ""))

    async def changes(self, cursor: str, *, request_id: str, deadline: timedelta) -> FeedPage | NoAnswer | Garbled:
        """Return what happened after the place that the cursor counts."""
        self.request_ids.append(request_id)
        if isinstance(self.trouble, NoAnswer | Garbled):
            return self.trouble
        start = int(cursor or 0)
        page = tuple(self.happened[start : start + PAGE_SIZE])
        return FeedPage(page, str(start + len(page)), more=start + len(page) < len(self.happened))
