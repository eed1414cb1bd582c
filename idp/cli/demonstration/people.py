"""The demonstration people who have an account from the start. Their numbers are ones that nobody can hold.

The register simulator knows them too; it is another program and keeps its own list.
"""

from collections.abc import Mapping
from datetime import datetime

import orjson
from msgspec import Struct, field

from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountKind,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
)
from idp.account.profiles import first_profile
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.session import operator_event
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.installation import PUBLIC_SECRET, is_local
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.model import ClaimedIdentity, NameParts, RegisterRecord
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.proofing.values.sexes import Sex

# A safe value that all of them share, as families do.
_PHONE = PhoneNumber.parse_mobile("0912345678")
_PROOF_TEXTS: Mapping[ProofState, str] = {
    ProofState.PROVED: "đã xác thực danh tính (identity proved)",
    ProofState.WAITING: "đang chờ xác thực danh tính (proof of identity waiting)",
}


class DemonstrationPerson(Struct, frozen=True):
    """A person with an account; `record` is what the register would say, None while the proof waits."""

    claimed: ClaimedIdentity
    password: str
    record: RegisterRecord | None = None
    further_claims: Mapping[str, object] = field(default_factory=dict)
    kind: AccountKind = AccountKind.CITIZEN
    phone: PhoneNumber = _PHONE

    @property
    def proof(self) -> ProofState:
        """Return what is known of the identity."""
        return ProofState.PROVED if self.record else ProofState.WAITING


class ReadyPerson(Struct, frozen=True):
    """A demonstration person whose account is there; `password_stands` is False once somebody changed it."""

    person: DemonstrationPerson
    password_stands: bool

    def line(self) -> str:
        """Return what the terminal shows of the person."""
        claimed = self.person.claimed
        password = self.person.password if self.password_stands else "(mật khẩu đã đổi, password changed)"
        return f"{claimed.number.digits} / {password}  {claimed.name}: {_PROOF_TEXTS[self.person.proof]}"


_NGUYEN_VAN_BINH = ClaimedIdentity(PersonalNumber("001899000001"), "Nguyễn Văn Bình", BirthDate(1990, 5, 17))
_AU_THI_HANH = ClaimedIdentity(PersonalNumber("093999000044"), "Âu Thị Hạnh", BirthDate(1963, 8, 8))

PEOPLE: tuple[DemonstrationPerson, ...] = (
    DemonstrationPerson(
        _NGUYEN_VAN_BINH,
        password="demo-Password-1",  # noqa: S106 (public by purpose)
        record=RegisterRecord(
            _NGUYEN_VAN_BINH.number,
            _NGUYEN_VAN_BINH.name,
            _NGUYEN_VAN_BINH.birth_date,
            Sex.MALE,
            NameParts("Nguyễn", "Văn", "Bình"),
        ),
        # With these, every standard claim of OIDC Core 5.1 has a value of its type, which certification asks for.
        further_claims={
            "nickname": "Bình",
            "preferred_username": "nguyen.van.binh",
            "profile": "https://nguyen-van-binh.example/ho-so",
            "picture": "https://nguyen-van-binh.example/anh.png",
            "website": "https://nguyen-van-binh.example/",
            "email": "nguyen.van.binh@thu.example",
            "email_verified": True,
            "address": {
                "formatted": "Số 1 phố Trình Diễn\nHà Nội 100000\nViệt Nam",
                "street_address": "Số 1 phố Trình Diễn",
                "locality": "Hà Nội",
                "region": "Hà Nội",
                "postal_code": "100000",
                "country": "Việt Nam",
            },
        },
    ),
    DemonstrationPerson(_AU_THI_HANH, password="demo-Password-2"),  # noqa: S106 (public by purpose)
)


async def mark_demonstration(foundation: Foundation) -> None:
    """Keep that the database has what everybody knows, before it has: from then on it stays on this machine."""
    installation = await foundation.database.installation.load()
    if installation is None or not is_local(foundation.settings.issuer):
        raise OperatorError(
            f"demonstration people and secrets ({PUBLIC_SECRET}…) are public: only where IDP_ISSUER is on localhost"
        )
    if not await foundation.database.installation.mark_demonstration(installation.issuer, foundation.clock.now()):
        raise OperatorError("the issuer was changed at the same time; look at it, then run the command again")


async def make_accounts(foundation: Foundation) -> tuple[ReadyPerson, ...]:
    """Open the accounts that are not there yet, and return all of the people in the order of `PEOPLE`."""
    return tuple([await make_account(foundation, person) for person in PEOPLE])


async def make_account(foundation: Foundation, person: DemonstrationPerson) -> ReadyPerson:
    """Open the account of one person if there is none yet."""
    index = foundation.shared.number_index.digest(person.claimed.number.digits)
    known = await foundation.database.accounts.for_sign_in(index)
    if known is not None:
        return ReadyPerson(person, await foundation.hasher.verify(known.password.hash, person.password))
    now = foundation.clock.now()
    opening = _opening(foundation, person, await foundation.hasher.hash(person.password), now)
    # Nobody asked the register, so no proof is recorded, only that an operator opened the account.
    event = operator_event(EventName.ACCOUNT_OPENED, now, reason="demonstration", person_id=opening.account.person_id)
    await foundation.database.ledger.commit(opening, *_evidence(opening.account, now), event)
    return ReadyPerson(person, password_stands=True)


def _evidence(account: Account, now: datetime) -> tuple[Effect, ...]:
    """Return what the proof of a demonstration person rests on: the card that the story has them show at a desk."""
    if account.proof is not ProofState.PROVED or account.kind is not AccountKind.CITIZEN:
        return ()
    shown = Evidence(kind=EvidenceKind.DESK, at=now, source="demonstration")
    return (SetEvidence(person_id=account.person_id, account_id=account.id, evidence=shown),)


def _opening(foundation: Foundation, person: DemonstrationPerson, password_hash: str, now: datetime) -> OpenAccount:
    shared, sealer, digits = foundation.shared, foundation.shared.sealer, person.claimed.number.digits
    phone, of_register = person.phone.e164, person.record is not None and person.kind is AccountKind.CITIZEN
    profile = {**first_profile(person.claimed, person.record, phone, "vi", now), **person.further_claims}
    number_index, phone_index, person_id = shared.number_index, shared.phone_index, PersonId(new_id())
    return OpenAccount(
        account=Account(
            AccountId(new_id()),
            person_id,
            AccountStatus.OPEN,
            person.proof,
            "vi",
            now,
            # What no register says does not lapse, and no register is asked about it.
            proved_at=now if of_register else None,
            kind=person.kind,
        ),
        number=SealedValue(number_index.digest(digits), sealer.seal(digits.encode(), NUMBER_PLACE.of(person_id))),
        phone=SealedValue(phone_index.digest(phone), sealer.seal(phone.encode(), PHONE_PLACE.of(person_id))),
        profile_sealed=sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id)),
        password_hash=password_hash,
    )
