"""The questions of vietnam.md 7.2 as SOAP messages: match, look-up, and the feed of changes."""

from collections.abc import Iterator
from enum import StrEnum

from idp.adapters.registers.changes import ASKED_KINDS
from idp.adapters.registers.feed_cursor import PAGE_SIZE, FeedCursor
from idp.adapters.registers.soap.envelope import Field, write_envelope
from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.values.birth_dates import BirthDate


class Operation(StrEnum):
    """The register's services. The feed's name is ours: vietnam.md 7.2 knows its fields only."""

    MATCH = "XacThucThongTinCongDan"
    LOOK_UP = "TraCuuThongTinCongDan"
    CHANGES = "TraCuuThayDoiCongDan"


def write_question(
    operation: Operation,
    claimed: ClaimedIdentity,
    *,
    request_id: str,
    purpose: Purpose,
    on_behalf_of: OnBehalfOf,
    integration_code: str,
) -> bytes:
    """Return the message that asks about one person."""
    fields = (
        *_asked_by(request_id, purpose, on_behalf_of, integration_code),
        Field("SoDinhDanh", claimed.number.digits),
        Field("HoVaTen", claimed.name.upper()),
        Field("NgayThangNamSinh", (_born(claimed.birth_date),)),
    )
    return write_envelope(operation, fields)


def write_feed_question(
    cursor: FeedCursor,
    until: str,
    *,
    request_id: str,
    purpose: Purpose,
    on_behalf_of: OnBehalfOf,
    integration_code: str,
) -> bytes:
    """Return the message that asks for one page of changes up to the day `until`, yyyyMMdd."""
    fields = (
        *_asked_by(request_id, purpose, on_behalf_of, integration_code),
        Field("TuNgay", f"{cursor.from_day:%Y%m%d}"),
        Field("DenNgay", until),
        Field("Loai", ASKED_KINDS),
        Field("Trang", str(cursor.page)),
        Field("SoBanGhi", str(PAGE_SIZE)),
    )
    return write_envelope(Operation.CHANGES, fields)


def _asked_by(request_id: str, purpose: Purpose, on_behalf_of: OnBehalfOf, integration_code: str) -> Iterator[Field]:
    yield Field("MaYeuCau", request_id)
    yield Field("MaDVC", purpose.code)
    yield Field("MaTichHop", integration_code)
    yield Field("MaCanBo", on_behalf_of.actor)


def _born(birth_date: BirthDate) -> Field:
    written = birth_date.oidc_birthdate().replace("-", "")
    return Field("Nam" if len(written) == 4 else "NgayThangNam", written)
