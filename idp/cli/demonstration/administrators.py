"""The demonstration administrators: one of each role, ready, and one operator with a one-time enrolment."""

from collections.abc import Callable, Sequence
from datetime import datetime

from idp.app.foundation.opening import Foundation
from idp.app.officers import compose_officer_accounts
from idp.cli.demonstration.officer import TERM, DemonstrationOfficer, issue, make_ready
from idp.cli.officers.bootstrap import rested_from
from idp.kernel.effects import Effect
from idp.kernel.ids import RoleGrantId, new_id
from idp.officers.model import Officer, RenewEnrolment
from idp.officers.roles import NATIONAL, OPERATOR, GrantRole, Role, RoleGrant
from idp.web.officers.paths import ENROL

# The same at each start, so that a second run prints what the first did; good once all the same.
ENROLMENT_CODE = "DEMA-ENRX-NCEX-WAY2"
FIRST = DemonstrationOfficer(
    "G22", "demo-first", "Vương Thị Mẫu", "Quản trị viên", "G22-DEMO01", "điều hành quốc gia (national operator)", ""
)
# The agencies are those of portals/portals.yaml: the country's office, Hà Nội, the ministry of justice. Two persons of
# one agency and two of the country, so that what takes two pairs of eyes can be shown.
READY: Sequence[tuple[DemonstrationOfficer, Role, str]] = (
    (
        DemonstrationOfficer(
            "G22", "demo-operator", "Khúc Văn Mẫu", "Quản trị viên", "G22-DEMO02",
            "điều hành quốc gia (national operator)", "DEMO2ONLY2SECRET2OF2THE2OPERATOR",
        ),
        Role.NATIONAL_OPERATOR,
        NATIONAL,
    ),
    (
        DemonstrationOfficer(
            "G22", "demo-operator2", "Lục Thị Mẫu", "Quản trị viên", "G22-DEMO05",
            "điều hành quốc gia, người thứ hai (second national operator)", "DEMO2ONLY2SECRET2OF2OPERATOR2TWO",
        ),
        Role.NATIONAL_OPERATOR,
        NATIONAL,
    ),
    (
        DemonstrationOfficer(
            "G22", "demo-auditor", "Ngô Thị Mẫu", "Kiểm toán viên", "G22-DEMO03",
            "kiểm toán (auditor)", "DEMO2ONLY2SECRET2OF2THE2AUDITOR2",
        ),
        Role.AUDITOR,
        NATIONAL,
    ),
    (
        DemonstrationOfficer(
            "G22", "demo-support", "Chu Văn Mẫu", "Hỗ trợ viên", "G22-DEMO04",
            "hỗ trợ (support)", "DEMO2ONLY2SECRET2OF2THE2SUPPORT2",
        ),
        Role.SUPPORT,
        NATIONAL,
    ),
    (
        DemonstrationOfficer(
            "H26", "demo-admin", "Đoàn Thị Mẫu", "Quản trị viên", "H26-DEMO01",
            "quản trị Hà Nội (administrator of Hanoi)", "DEMO2ONLY2SECRET2OF2HANOI2ADMIN2",
        ),
        Role.AGENCY_ADMINISTRATOR,
        "H26",
    ),
    (
        DemonstrationOfficer(
            "H26", "demo-admin2", "Kiều Văn Mẫu", "Quản trị viên", "H26-DEMO02",
            "quản trị Hà Nội, người thứ hai (second administrator of Hanoi)", "DEMO2ONLY2SECRET2OF2HANOI2OTHER2",
        ),
        Role.AGENCY_ADMINISTRATOR,
        "H26",
    ),
    (
        DemonstrationOfficer(
            "H26", "demo-developer", "Tạ Thị Mẫu", "Kỹ sư cổng dịch vụ", "H26-DEMO03",
            "phát triển cổng Hà Nội (client developer of Hanoi)", "DEMO2ONLY2SECRET2OF2HANOI2DEVEL2",
        ),
        Role.CLIENT_DEVELOPER,
        "H26",
    ),
    (
        DemonstrationOfficer(
            "G15", "demo-admin", "La Văn Mẫu", "Quản trị viên", "G15-DEMO02",
            "quản trị Bộ Tư pháp (administrator of the Ministry of Justice)", "DEMO2ONLY2SECRET2OF2JUSTICE2ADMN",
        ),
        Role.AGENCY_ADMINISTRATOR,
        "G15",
    ),
)  # fmt: skip


async def make_administrators(foundation: Foundation) -> tuple[str, ...]:
    """Make the accounts that are not there yet, and return their lines for the terminal."""
    # Until a country has two operators, whom the host makes approves at once, here as with the command. Those of the
    # demonstration are made together, and so are asked for once.
    now = foundation.clock.now()
    first = await rested_from(foundation, now)
    for wanted, role, agency in READY:
        await make_ready(foundation, wanted, _holding(now, first, role, agency))
    return (await _make_first(foundation, first), *(wanted.line() for wanted, _, _ in READY))


def _holding(now: datetime, first: datetime | None, role: Role, agency: str) -> Callable[[Officer], Sequence[Effect]]:

    def grants(officer: Officer) -> Sequence[Effect]:
        grant = RoleGrant(
            RoleGrantId(new_id()),
            officer.person_id,
            officer.account_id,
            role,
            agency,
            OPERATOR,
            now,
            now,
            now + TERM,
            approves_from=first,
        )
        return (GrantRole(grant=grant),)

    return grants


async def _make_first(foundation: Foundation, first: datetime | None) -> str:
    accounts, now = compose_officer_accounts(foundation), foundation.clock.now()
    issued = await issue(foundation, FIRST, _holding(now, first, Role.NATIONAL_OPERATOR, NATIONAL))
    if issued is not None:
        officer = issued.officer
        renewal = RenewEnrolment(
            person_id=officer.person_id,
            account_id=officer.account_id,
            enrolment_hash=accounts.hashed(ENROLMENT_CODE),
            enrolment_ends_at=now + TERM,
            now=now,
            by=OPERATOR,
        )
        await foundation.database.ledger.commit(renewal)
    found = await foundation.database.officers.by_code(FIRST.code)
    waits = found is not None and found.enrolment_ends_at is not None
    code = f"mã thiết lập một lần (one-time enrolment code): {ENROLMENT_CODE}" if waits else "đã thiết lập (set up)"
    where = f"{foundation.settings.issuer}{ENROL}"
    return f"{FIRST.name.text} / {code}, {where}  {FIRST.full_name}: {FIRST.what}"
