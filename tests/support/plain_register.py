"""The population register as a dictionary: the plain implementation beside the SOAP adapter."""

from collections.abc import Iterable
from datetime import timedelta

from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose, RegisterRecord
from idp.proofing.ports import Found, NoRecord, RegisterAnswer


class PlainRegister:
    """Answers from what it was given, or with `trouble` for as long as that is set."""

    def __init__(self, records: Iterable[RegisterRecord] = ()) -> None:
        self.records = {record.number: record for record in records}
        self.trouble: RegisterAnswer | None = None
        self.request_ids: list[str] = []

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
