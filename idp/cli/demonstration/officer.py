"""The demonstration officer, set up and ready: password and app secret are public, so only for localhost."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from zlib import crc32

from msgspec import Struct

from idp.agencies.model import SignInName
from idp.app.foundation.opening import Foundation
from idp.app.officers import compose_officer_accounts, compose_officer_people
from idp.audit.model import EventName
from idp.cli.session import operator_event
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.kernel.effects import Effect
from idp.officers.model import EnrolOfficer, Officer
from idp.officers.posts import Issued, NewPost

TERM = timedelta(days=3650)
_PASSWORD = "demo-Password-3"  # noqa: S105 (public by purpose)


class DemonstrationOfficer(Struct, frozen=True):
    """An officer's account that is there from the start."""

    agency: str
    local: str
    full_name: str
    post: str
    code: str
    # What is told of it at the terminal, in both languages.
    what: str
    app_secret: str
    password: str = _PASSWORD

    @property
    def name(self) -> SignInName:
        """Return what they sign in with."""
        return SignInName.of(self.agency, self.local)

    @property
    def person_number(self) -> str:
        """Return whose account it is: one number for each, of the year 2399, so that nobody can hold it."""
        return f"001899{700_000 + crc32(self.code.encode()) % 100_000}"

    def line(self) -> str:
        """Return what the terminal shows of somebody who is ready."""
        return (
            f"{self.name.text} / {self.password}  {self.full_name}: {self.what}, "
            f"khóa ứng dụng xác thực (secret for an authenticator app): {self.app_secret}"
        )


# Of the ministry whose portal has the counter (portals/portals.yaml).
OFFICER = DemonstrationOfficer(
    "G15",
    "demo",
    "Trịnh Thị Mẫu",
    "Công chức bộ phận một cửa",
    "G15-DEMO01",
    "cán bộ một cửa (officer at a counter)",
    "DEMO2ONLY2SECRET2OF2THE2OFFICER2",
)


async def make_officer(foundation: Foundation) -> str:
    """Make the officer if there is none yet, and return the line for the terminal."""
    await make_ready(foundation, OFFICER, lambda _officer: ())
    return OFFICER.line()


async def make_ready(
    foundation: Foundation, wanted: DemonstrationOfficer, then: Callable[[Officer], Sequence[Effect]]
) -> None:
    """Make an account if there is none yet, with what `then` wants for it, and set it up."""
    issued = await issue(foundation, wanted, then)
    if issued is None:
        return
    now, officer = foundation.clock.now(), issued.officer
    sealed = foundation.shared.sealer.seal(wanted.app_secret.encode(), TOTP_PLACE.of(officer.person_id))
    await foundation.database.ledger.commit(
        EnrolOfficer(
            person_id=officer.person_id,
            account_id=officer.account_id,
            enrolment_hash=compose_officer_accounts(foundation).hashed(issued.enrolment_code.reveal()),
            password_hash=await foundation.hasher.hash(wanted.password),
            now=now,
            number=compose_officer_people(foundation).kept(wanted.person_number, officer.person_id),
        ),
        AddTotp(
            person_id=officer.person_id,
            account_id=officer.account_id,
            secret_sealed=sealed,
            last_step=0,
            created_at=now,
        ),
        operator_event(EventName.OFFICER_ENROLLED, now, reason="demonstration", person_id=officer.person_id),
    )


async def issue(
    foundation: Foundation, wanted: DemonstrationOfficer, then: Callable[[Officer], Sequence[Effect]]
) -> Issued | None:
    """Make an account that is not set up; None if there is one."""
    now = foundation.clock.now()
    post = NewPost(
        wanted.name, wanted.full_name, wanted.agency, wanted.post, wanted.code, now, now + TERM, "demonstration"
    )
    event = operator_event(EventName.OFFICER_ISSUED, now, reason="demonstration")
    return await compose_officer_accounts(foundation).issue(post, event, then=then)
