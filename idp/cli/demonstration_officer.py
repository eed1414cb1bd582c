"""The demonstration officer, set up and ready: password and app secret are public, so only for localhost."""

from datetime import timedelta

from idp.accounts.agencies import SignInName
from idp.accounts.factors import TOTP_PLACE, AddTotp
from idp.accounts.officers import EnrolOfficer
from idp.app.foundation import Foundation
from idp.app.officers import compose_officer_accounts
from idp.audit.model import EventName
from idp.cli.session import operator_event
from idp.selfservice.officer_accounts import NewPost

# The ministry whose portal has the counter (portals/portals.yaml).
_AGENCY, _NAME = "G15", SignInName.of("G15", "demo")
_FULL_NAME, _POST, _CODE = "Trịnh Thị Mẫu", "Công chức bộ phận một cửa", "G15-DEMO01"
_PASSWORD = "demo-Password-3"  # noqa: S105 (public by purpose)
_APP_SECRET = "DEMO2ONLY2SECRET2OF2THE2OFFICER2"  # noqa: S105 (likewise)
_TERM = timedelta(days=3650)


async def make_officer(foundation: Foundation) -> str:
    """Make the officer if there is none yet, and return the line for the terminal."""
    accounts, now = compose_officer_accounts(foundation), foundation.clock.now()
    post = NewPost(_NAME, _FULL_NAME, _AGENCY, _POST, _CODE, now, now + _TERM, "demonstration")
    event = operator_event(EventName.OFFICER_ISSUED, now, reason="demonstration")
    issued = await accounts.issue(post, event)
    if issued is not None:
        officer = issued.officer
        sealed = foundation.root_key.sealer().seal(_APP_SECRET.encode(), TOTP_PLACE)
        await foundation.database.ledger.commit(
            EnrolOfficer(
                officer.person_id,
                officer.account_id,
                accounts.hashed(issued.enrolment_code.reveal()),
                await foundation.hasher.hash(_PASSWORD),
                now,
            ),
            AddTotp(officer.person_id, officer.account_id, sealed, 0, now),
            operator_event(EventName.OFFICER_ENROLLED, now, reason="demonstration", person_id=officer.person_id),
        )
    return (
        f"{_NAME.text} / {_PASSWORD}  {_FULL_NAME}: cán bộ một cửa (officer at a counter), "
        f"khóa ứng dụng xác thực (secret for an authenticator app): {_APP_SECRET}"
    )
