"""The people whose sign-ins are timed: as many as there are samples, so that nobody is asked twice on one path."""

import orjson

from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
)
from idp.app.foundation.opening import Foundation
from idp.factors.model import SetTwoSteps
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.key_purposes import KeyPurpose

# The first six digits of numbers that no registry office has given out (vietnam.md 11).
KNOWN, TWO_STEPS, UNKNOWN = "001899", "001999", "001898"


async def fill(foundation: Foundation, count: int) -> None:
    """Open `count` accounts with one step and as many with two."""
    password_hash = await foundation.hasher.hash("bench-Password-of-nobody-1")
    for prefix in (KNOWN, TWO_STEPS):
        for place in range(count):
            opening = _opening(foundation, f"{prefix}{place:06d}", password_hash)
            account = opening.account
            steps = SetTwoSteps(person_id=account.person_id, account_id=account.id, two_steps=prefix == TWO_STEPS)
            if not await foundation.database.ledger.commit(opening, steps):
                raise RuntimeError("the store was not empty")


def _opening(foundation: Foundation, number: str, password_hash: str) -> OpenAccount:
    root, sealer, now = foundation.root_key, foundation.shared.sealer, foundation.clock.now()
    phone = f"+8450{number[-7:]}"
    profile = {"name": "Người Đo Tải", "birthdate": "1990", "updated_at": 1793865600}
    person_id = PersonId(new_id())
    return OpenAccount(
        account=Account(AccountId(new_id()), person_id, AccountStatus.OPEN, ProofState.PROVED, "vi", now),
        number=SealedValue(
            root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(number),
            sealer.seal(number.encode(), NUMBER_PLACE.of(person_id)),
        ),
        phone=SealedValue(
            root.hash_key(KeyPurpose.PHONES).digest(phone), sealer.seal(phone.encode(), PHONE_PLACE.of(person_id))
        ),
        profile_sealed=sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id)),
        password_hash=password_hash,
    )
