"""The words of today's sign-on for what we say otherwise: levels, and the claims of userinfo (vietnam.md 8.5)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from idp.sign_in.levels import highest, reaches

# Old name -> our level. What the old levels above the first meant is not public: the numbers are taken at their word.
LEVEL_NAMES: Mapping[str, str] = MappingProxyType({"LoA1": "loa1", "LoA2": "loa2", "LoA3": "loa3"})
_LOWEST = "LoA1"

CITIZEN, ENTERPRISE = "1", "2"
# Where the account is from: the one value that was seen is BCA (VNeID); ours are the portal's own.
OWN_ACCOUNTS = "DVC"
# QCVN 109:2017/BTTTT: 1 male, 2 female.
_SEXES = {"male": "1", "female": "2"}

Claims = Mapping[str, object]


def our_level(name: str) -> str:
    """Return our name of a wished level; an unknown one stays, and is passed over (OIDC Core 3.1.2.1 acr_values)."""
    return LEVEL_NAMES.get(name, name)


def old_level(acr: object) -> str:
    """Return the highest old level that a sign-in of ours fulfils."""
    reached = [ours for ours in LEVEL_NAMES.values() if isinstance(acr, str) and reaches(acr, ours)]
    best = highest(reached)
    return next((name for name, ours in LEVEL_NAMES.items() if ours == best), _LOWEST)


def _text(name: str) -> Callable[[Claims], object]:
    return lambda claims: claims.get(name)


def _birth_date(claims: Claims) -> str | None:
    """Return yyyyMMdd, or yyyy of whom only the year is known: a day is never invented (OIDC Core 5.1)."""
    birthdate = claims.get("birthdate")
    if not isinstance(birthdate, str):
        return None
    year, _, day = birthdate.partition("-")
    # OIDC Core 5.1: the year 0000 stands for one that is withheld.
    return f"{year}{day.replace('-', '')}" if year != "0000" else None


def _sex(claims: Claims) -> str | None:
    return _SEXES.get(str(claims.get("gender")))


def _address(claims: Claims) -> object:
    address = claims.get("address")
    if not isinstance(address, Mapping):
        return None
    parts = [address.get(name) for name in ("street_address", "locality", "region")]
    return address.get("formatted") or ", ".join(str(part) for part in parts if part)


def _confirmed(name: str) -> Callable[[Claims], object]:
    """Return a contact only if its owner confirmed it: old portals find accounts by it (vietnam.md 8.6)."""
    return lambda claims: claims.get(name) if claims.get(f"{name}_verified") is True else None


def _of_organisation(name: str) -> Callable[[Claims], object]:
    return lambda claims: _organisation(claims).get(name)


def _organisation(claims: Claims) -> Claims:
    """Return whom the person acts for, if that is an organisation."""
    acting_for = claims.get("acting_for")
    is_one = isinstance(acting_for, Mapping) and acting_for.get("type") == "organisation"
    return acting_for if is_one and isinstance(acting_for, Mapping) else {}


def _kind_of_account(claims: Claims) -> str:
    return ENTERPRISE if _organisation(claims) else CITIZEN


# Old name -> where its value comes from. `SoCMND`, `HoChieu`, `userProfileUri` and `logoutUri` are never given: the
# older card has no place in the register's answer, and the two addresses carried a person's name and number.
USERINFO_NAMES: Mapping[str, Callable[[Claims], object]] = MappingProxyType(
    {
        "TechID": _text("TechID"),
        "LoaiTaiKhoan": _kind_of_account,
        "HoVaTen": _text("name"),
        "SoDinhDanh": _text("national_id"),
        "NgayThangNamSinh": _birth_date,
        "GioiTinh": _sex,
        "DiaChi": _address,
        "SoDienThoai": _confirmed("phone_number"),
        "ThuDienTu": _confirmed("email"),
        "MaSoThue": _of_organisation("code"),
        "TenDoanhNghiep": _of_organisation("name"),
        "MaSoDoanhNghiep": _of_organisation("code"),
        "loAs": lambda claims: old_level(claims.get("acr")),
        "loginIdp": lambda _claims: OWN_ACCOUNTS,
    }
)


def old_userinfo(released: Claims, token: Claims) -> dict[str, object]:
    """Return the claims of userinfo under their old names.

    `released` is what userinfo gives this client anyway, so nothing leaves under an old name that may not leave under
    its own; `token` are the access token's claims, which know the level and for whom the person acts.
    """
    known = {"acting_for": token.get("acting_for"), **released, "acr": token.get("acr")}
    named = {name: value_of(known) for name, value_of in USERINFO_NAMES.items()}
    return {"sub": released["sub"], **{name: value for name, value in named.items() if value not in (None, "")}}
