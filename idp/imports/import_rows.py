"""One row of an import: judged by the domain's rules, then sealed. Nothing of it is ever part of an error."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import orjson
from msgspec import Struct

from idp.account.model import (
    EMAIL_PLACE,
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    TECH_ID_PLACE,
    AccountStatus,
    ProofState,
)
from idp.account.profiles import first_profile
from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError
from idp.factors.password.foreign_hashes import NO_PASSWORD, imported_password_hash
from idp.factors.password.hash_wrapping import HashWrapper
from idp.imports.model import PreparedRow
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.model import ClaimedIdentity
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.proofing.values.sexes import Sex
from records.structs import Unprinted

_T = TypeVar("_T")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SEXES: Mapping[str, Sex] = {
    "": Sex.UNKNOWN, "0": Sex.UNKNOWN, "1": Sex.MALE, "2": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE,
}  # fmt: skip
_STATUSES: Mapping[str, AccountStatus] = {
    "": AccountStatus.OPEN, "open": AccountStatus.OPEN, "locked": AccountStatus.LOCKED,
}  # fmt: skip
_LEVELS: Mapping[str, ProofState] = {
    "": ProofState.NOT_PROVED, "declared": ProofState.NOT_PROVED, "proved": ProofState.PROVED,
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ONE_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class ImportRow(Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of an import file. Phone and e-mail are ones that the former system had confirmed."""

    number: str
    name: str
    birth_date: str
    sex: str = ""
    phone: str = ""
    email: str = ""
    password_hash: str = ""
    status: str = ""
    level: str = ""
    proved_at: str = ""
    tech_id: str = ""
    created_at: str = ""


COLUMNS = ImportRow.__struct_fields__


class RowRefusedError(Exception):
    """A row cannot be taken; the text is the word for the rejects file."""


class RowSealer(Unprinted, Struct, frozen=True):
    """The keys that a row is sealed and found by."""

    numbers: HashKey
    phones: HashKey
    emails: HashKey
    tech_ids: HashKey
    sealer: Sealer
    locale: str = "vi"
    # None leaves hashes as they came: `idp accounts wrap` comes after.
    wrapper: HashWrapper | None = None

    def prepared(self, line: int, row: ImportRow, now: datetime) -> PreparedRow:
        """Return the sealed account of a row; `RowRefusedError` with the first thing that is wrong with it."""
        claimed = _identity(row, now)
        phone, email, tech_id = _phone(row.phone), _email(row.email), _tech_id(row.tech_id)
        proof, proved_at = _proof(row, now)
        created_at = _instant(row.created_at, "created_at", now) or now
        profile = self._profile(row, claimed, phone, email, created_at)
        person_id, digits, seal = PersonId(new_id()), claimed.number.digits, self.sealer.seal
        return PreparedRow(
            line,
            person_id,
            AccountId(new_id()),
            _one_of(_STATUSES, row.status, "status").value,
            proof.value,
            _micros(created_at),
            None if proved_at is None else _micros(proved_at),
            self.numbers.digest(digits),
            seal(digits.encode(), NUMBER_PLACE.of(person_id)),
            seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id)),
            _password_hash(row.password_hash, self.wrapper),
            self.phones.digest(phone) if phone else None,
            seal(phone.encode(), PHONE_PLACE.of(person_id)) if phone else None,
            self.emails.digest(email.indexed) if email else None,
            seal(email.text.encode(), EMAIL_PLACE.of(person_id)) if email else None,
            self.tech_ids.digest(tech_id) if tech_id else None,
            seal(tech_id.encode(), TECH_ID_PLACE.of(person_id)) if tech_id else None,
        )

    def _profile(
        self, row: ImportRow, claimed: ClaimedIdentity, phone: str, email: EmailAddress | None, at: datetime
    ) -> dict[str, object]:
        profile = first_profile(claimed, None, phone, self.locale, at)
        if not phone:
            del profile["phone_number"], profile["phone_number_verified"]
        if email is not None:
            profile |= {"email": email.text, "email_verified": True}
        gender = _one_of(_SEXES, row.sex.strip().lower(), "sex").oidc_gender
        return profile | ({"gender": gender} if gender else {})


def _identity(row: ImportRow, now: datetime) -> ClaimedIdentity:
    try:
        claimed = ClaimedIdentity(PersonalNumber.parse(row.number), row.name, BirthDate.parse(row.birth_date))
    except DeclaredValueError as error:
        raise RowRefusedError(str(error)) from error
    if claimed.birth_date.is_after(now.date()):
        raise RowRefusedError("birth_date: future")
    return claimed


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return PhoneNumber.parse_mobile(text).e164
    except DeclaredValueError as error:
        raise RowRefusedError(str(error)) from error


def _email(text: str) -> EmailAddress | None:
    if not text.strip():
        return None
    try:
        return EmailAddress.parse(text)
    except InvalidEmailError as error:
        raise RowRefusedError("email: form") from error


def _tech_id(text: str) -> str:
    if text and not _UUID.fullmatch(text):
        raise RowRefusedError("tech_id: form")
    # As it was written: portals compare it letter by letter.
    return text


def _password_hash(text: str, wrapper: HashWrapper | None) -> str:
    if not text:
        return NO_PASSWORD
    kept = imported_password_hash(text)
    if kept is None:
        raise RowRefusedError("password_hash: form")
    return kept if wrapper is None else wrapper.wrap(kept)


def _proof(row: ImportRow, now: datetime) -> tuple[ProofState, datetime | None]:
    proof, proved_at = _one_of(_LEVELS, row.level, "level"), _instant(row.proved_at, "proved_at", now)
    if (proof is ProofState.PROVED) != (proved_at is not None):
        # A proof without its date could never lapse.
        raise RowRefusedError("proved_at: level")
    return proof, proved_at


def _instant(text: str, name: str, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowRefusedError(f"{name}: form") from error
    if _ONE_DAY.fullmatch(text):
        instant = instant.replace(tzinfo=UTC)
    if instant.tzinfo is None:
        raise RowRefusedError(f"{name}: zone")
    if not _EPOCH <= instant <= now:
        raise RowRefusedError(f"{name}: range")
    return instant


def _one_of(table: Mapping[str, _T], text: str, name: str) -> _T:
    found = table.get(text)
    if found is None:
        raise RowRefusedError(f"{name}: unknown")
    return found


def _micros(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
