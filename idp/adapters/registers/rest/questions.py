"""The questions of the REST wrapper (vietnam.md 7.2, Đồng Tháp): flat JSON in camel case."""

from collections.abc import Mapping
from enum import StrEnum

import orjson

from idp.adapters.registers.changes import ASKED_KINDS
from idp.adapters.registers.feed_cursor import PAGE_SIZE, FeedCursor
from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose


class Path(StrEnum):
    """Where each question is posted, below the wrapper's address. Never by GET: a number is not part of an address."""

    MATCH = "xacThucThongTinCongDan"
    LOOK_UP = "traCuuThongTinCongDan"
    CHANGES = "traCuuThayDoiCongDan"


def write_question(
    claimed: ClaimedIdentity, *, request_id: str, purpose: Purpose, on_behalf_of: OnBehalfOf, user: str
) -> bytes:
    """Return the question about one person, for match and look-up alike."""
    return orjson.dumps(
        {
            **_asked_by(request_id, purpose, on_behalf_of, user),
            "soDinhDanh": claimed.number.digits,
            "hoVaTen": claimed.name.upper(),
            # A whole date or a year alone, told apart by their length.
            "ngayThangNam": claimed.birth_date.oidc_birthdate().replace("-", ""),
        }
    )


def write_feed_question(
    cursor: FeedCursor, until: str, *, request_id: str, purpose: Purpose, on_behalf_of: OnBehalfOf, user: str
) -> bytes:
    """Return the question for one page of changes up to the day `until`, yyyyMMdd."""
    return orjson.dumps(
        {
            **_asked_by(request_id, purpose, on_behalf_of, user),
            "tuNgay": f"{cursor.from_day:%Y%m%d}",
            "denNgay": until,
            "loai": ASKED_KINDS,
            "trang": cursor.page,
            "soBanGhi": PAGE_SIZE,
        }
    )


def _asked_by(request_id: str, purpose: Purpose, on_behalf_of: OnBehalfOf, user: str) -> Mapping[str, str]:
    return {
        "maYeuCau": request_id,
        "maDVC": purpose.code,
        "maCanBo": on_behalf_of.actor,
        "userNameService": user,
    }
