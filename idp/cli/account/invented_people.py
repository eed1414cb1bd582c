"""People who do not exist, as realistic as names and dates can be, and safe: nobody can hold their numbers.

Numbers are of the 24th century (fourth digit 8 or 9), phones begin with 050, which no carrier has, mail goes to a
domain that cannot exist. The n-th person of a seed is always the same, so a file of any size need not be kept.
"""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from uuid import UUID

import bcrypt
from argon2 import PasswordHasher
from msgspec import Struct

from idp.proofing.values.provinces import PREFIXES

# Public, as everything about these people is.
INVENTED_PASSWORD = "mat-khau-cua-nguoi-khong-co-that"  # noqa: S105
# By how often they are met (vietnam.md 4); the rest shares what is left.
_FAMILIES: Mapping[str, int] = {
    "Nguyễn": 380, "Trần": 120, "Lê": 95, "Phạm": 70, "Hoàng": 30, "Huỳnh": 25, "Phan": 45, "Vũ": 25, "Võ": 20,
    "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Đào": 6, "Đinh": 6, "Lương": 5,
    "Trịnh": 6, "Mai": 5, "Cao": 4, "Tô": 3, "Hà": 4, "Tạ": 3, "Quách": 1, "Thạch": 2, "Giàng": 1, "Lò": 2, "Nông": 2,
}  # fmt: skip
_MEN = ("Văn", "Đức", "Hữu", "Công", "Quang", "Minh", "Xuân", "Đình", "Ngọc", "Thành", "Anh", "Quốc", "Trọng", "")
_WOMEN = ("Thị", "Thị", "Thị", "Thị Ngọc", "Thị Thu", "Ngọc", "Thanh", "Kim", "Thùy", "Diệu", "Bảo", "Hoài", "")
_MENS = (
    "Anh", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hoàng", "Hùng", "Huy", "Khánh", "Kiên", "Lâm", "Long",
    "Minh", "Nam", "Nghĩa", "Phong", "Phúc", "Quân", "Sơn", "Tài", "Thắng", "Thịnh", "Toàn",
    "Trung", "Tuấn", "Tùng", "Việt", "Vinh",
)  # fmt: skip
_WOMENS = (
    "An", "Ánh", "Chi", "Dung", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hòa", "Hồng", "Hương", "Huyền", "Lan",
    "Linh", "Loan", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nhung", "Oanh", "Phương", "Quỳnh", "Thảo", "Thúy",
    "Trang", "Yến",
)  # fmt: skip
_PROVINCES = tuple(sorted(PREFIXES))
_FIRST_BIRTH, _DAYS_OF_BIRTHS = datetime(1936, 1, 1, tzinfo=UTC), 27_000
_FIRST_ACCOUNT, _DAYS_OF_ACCOUNTS = datetime(2019, 12, 9, tzinfo=UTC), 2_400
_HASHES_OF_A_KIND = 16


class InventedHash(StrEnum):
    """Which hashes the invented people bring along."""

    ARGON2 = "argon2"
    BCRYPT = "bcrypt"
    PBKDF2 = "pbkdf2"
    SSHA = "ssha"
    WSO2 = "wso2"
    NONE = "none"


class Spoilt(Struct, frozen=True):
    """How many of a hundred rows are about somebody who was there before, and how many are no rows at all."""

    duplicates: float = 0.0
    bad: float = 0.0


def invent(count: int, seed: int, hashes: Sequence[str], spoilt: Spoilt, *, first: int = 0) -> Iterator[dict[str, str]]:
    """Yield rows of an import file; the hashes go round among them."""
    for place in range(first, first + count):
        chance = Random(f"{seed}:{place}:spoilt")  # noqa: S311 (nothing is secret here)
        drawn = chance.random() * 100
        if drawn < spoilt.bad:
            yield _spoil(_person(place, seed, hashes), chance)
        elif drawn < spoilt.bad + spoilt.duplicates and place:
            yield _twice(place, seed, hashes, chance)
        else:
            yield _person(place, seed, hashes)


def make_hashes(kind: InventedHash) -> list[str]:
    """Return some hashes of the one password. Each person a hash of their own would take days for a million."""
    return [] if kind is InventedHash.NONE else [_hash(kind) for _ in range(_HASHES_OF_A_KIND)]


def _person(place: int, seed: int, hashes: Sequence[str]) -> dict[str, str]:
    random = Random(f"{seed}:{place}")  # noqa: S311
    woman = random.random() < 0.5
    family = random.choices(tuple(_FAMILIES), tuple(_FAMILIES.values()))[0]
    middle, given = random.choice(_WOMEN if woman else _MEN), random.choice(_WOMENS if woman else _MENS)
    born = _FIRST_BIRTH + timedelta(days=random.randrange(_DAYS_OF_BIRTHS))
    opened = _FIRST_ACCOUNT + timedelta(seconds=random.randrange(_DAYS_OF_ACCOUNTS * 86_400))
    row = {
        "number": _number(place, woman=woman),
        "name": " ".join(part for part in (family, middle, given) if part),
        # Of the oldest, many know only the year.
        "birth_date": f"{born:%Y}" if born.year < 1955 and random.random() < 0.3 else f"{born:%Y-%m-%d}",
        "sex": "female" if woman else "male",
        "phone": f"050{place % 10_000_000:07d}",
        "tech_id": str(UUID(int=random.getrandbits(128), version=4)),
        "created_at": opened.isoformat(),
        "status": "locked" if random.random() < 0.01 else "open",
        "level": "declared",
    }
    if random.random() < 0.4:
        row["email"] = f"nguoi-{place}@thu.example"
    if random.random() < 0.8:
        row |= {"level": "proved", "proved_at": (opened + timedelta(minutes=3)).isoformat()}
    if hashes:
        row["password_hash"] = hashes[place % len(hashes)]
    return row


def _number(place: int, *, woman: bool) -> str:
    """Return a number that no other place has: province, two digits of year and six of order count the places."""
    rest, province = divmod(place, len(_PROVINCES))
    order, year = divmod(rest, 100)
    return f"{_PROVINCES[province]}{9 if woman else 8}{year:02d}{order:06d}"


def _twice(place: int, seed: int, hashes: Sequence[str], chance: Random) -> dict[str, str]:
    """Return a second account of somebody who came before: under the same number, or under the same TechID."""
    earlier = _person(chance.randrange(place), seed, hashes)
    mine = _person(place, seed, hashes)
    same = chance.choice(("number", "tech_id"))
    return {**mine, "name": earlier["name"], "birth_date": earlier["birth_date"], same: earlier[same]}


def _spoil(row: dict[str, str], chance: Random) -> dict[str, str]:
    column, value = chance.choice((
        ("number", "12345"), ("name", "Nguyễn 2"), ("birth_date", "19500230"), ("phone", "0241234567"),
        ("password_hash", "plain"), ("status", "gone"), ("tech_id", "7"), ("created_at", "yesterday"),
    ))  # fmt: skip
    return {**row, column: value}


def _hash(kind: InventedHash) -> str:
    word, salt = INVENTED_PASSWORD.encode(), secrets.token_bytes(16)
    match kind:
        case InventedHash.ARGON2:
            return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(word)
        case InventedHash.BCRYPT:
            return bcrypt.hashpw(word, bcrypt.gensalt(10)).decode()
        case InventedHash.PBKDF2:
            derived = hashlib.pbkdf2_hmac("sha256", word, salt.hex().encode(), 10_000)
            return f"pbkdf2_sha256$10000${salt.hex()}${b64encode(derived).decode()}"
        case InventedHash.SSHA:
            return f"{{SSHA512}}{b64encode(hashlib.sha512(word + salt).digest() + salt).decode()}"
        case _:
            text = b64encode(salt)
            return f"{{WSO2-SHA-256}}{text.decode()}${b64encode(hashlib.sha256(word + text).digest()).decode()}"
