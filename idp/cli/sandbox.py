"""`idp sandbox`: the invented people as whom developers sign in to clients that are tried out."""

import typer

from idp.accounts.factors import TOTP_PLACE, AddTotp
from idp.accounts.model import AccountKind
from idp.app.foundation import NUMBER_INDEX, Foundation
from idp.audit.model import EventName
from idp.cli.demonstration import DemonstrationPerson, make_account
from idp.cli.output import say
from idp.cli.session import operator_event, run
from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import ClaimedIdentity, NameParts, RegisterRecord
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.phones import PhoneNumber
from idp.proofing.sexes import Sex

sandbox_program = typer.Typer(help="The invented people of the sandbox.", no_args_is_help=True)
# Public by purpose, as everything about these people is: clients in the sandbox take them, and no others do.
PASSWORD = "sandbox-Password-1"  # noqa: S105
APP_SECRET = "SANDBOX2ONLY2SECRET2OF2NOBODY222"  # noqa: S105


def _person(number: str, parts: NameParts, born: BirthDate, sex: Sex, phone: str) -> DemonstrationPerson:
    name = " ".join((parts.family, parts.middle, parts.given)).replace("  ", " ")
    claimed = ClaimedIdentity(PersonalNumber(number), name, born)
    return DemonstrationPerson(
        claimed,
        PASSWORD,
        RegisterRecord(claimed.number, claimed.name, claimed.birth_date, sex, parts),
        kind=AccountKind.TRIAL,
        phone=PhoneNumber.parse_mobile(phone),
    )


# Numbers of years that have not come, under names of nobody in particular; nobody has a phone that begins with 050.
PEOPLE = (
    _person("001899900101", NameParts("Trần", "Thử", "Nghiệm"), BirthDate(1985, 3, 2), Sex.MALE, "0500000101"),
    _person("079999900102", NameParts("Đặng", "Thị Thử", "Thúy"), BirthDate(1993, 11, 20), Sex.FEMALE, "0500000102"),
    _person("048899900103", NameParts("Lý", "", "Thử"), BirthDate(1950), Sex.MALE, "0500000103"),
    _person("066999900104", NameParts("H'Hen", "Thử", "Niê"), BirthDate(2000, 2, 29), Sex.FEMALE, "0500000104"),
)


@sandbox_program.command("people")
def people_command() -> None:
    """Make the invented people of the sandbox, and print how to sign in as them. Safe to repeat."""
    for line in run(make_people):
        say(line)


async def make_people(foundation: Foundation) -> tuple[str, ...]:
    """Open the accounts that are not there yet, each with an authenticator app, and return their lines."""
    lines: list[str] = []
    for person in PEOPLE:
        index = foundation.root_key.hash_key(NUMBER_INDEX).digest(person.claimed.number.digits)
        known = await foundation.database.accounts.for_sign_in(index)
        ready = await make_account(foundation, person)
        made = await foundation.database.accounts.for_sign_in(index)
        if known is None and made is not None:
            now, account = foundation.clock.now(), made.account
            sealed = foundation.root_key.sealer().seal(APP_SECRET.encode(), TOTP_PLACE)
            event = operator_event(EventName.FACTOR_ADDED, now, reason="sandbox", person_id=account.person_id)
            await foundation.database.ledger.commit(AddTotp(account.person_id, account.id, sealed, 0, now), event)
        lines.append(f"{ready.person.claimed.number.digits} / {PASSWORD}  {ready.person.claimed.name}")
    lines.append(f"khóa ứng dụng xác thực của mọi người thử nghiệm (app secret of all of them): {APP_SECRET}")
    return tuple(lines)
