"""`idp sandbox`: the invented people as whom developers sign in to clients that are tried out."""

import typer

from idp.account.model import AccountKind
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.demonstration.people import DemonstrationPerson, make_account
from idp.cli.output import say
from idp.cli.session import operator_event, run
from idp.client_trials.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.proofing.model import ClaimedIdentity

sandbox_program = typer.Typer(help="The invented people of the sandbox.", no_args_is_help=True)
# As the operator's command opens their accounts.
_PEOPLE = tuple(
    DemonstrationPerson(
        ClaimedIdentity(person.record.number, person.record.full_name, person.record.birth_date),
        PASSWORD,
        person.record,
        kind=AccountKind.TRIAL,
        phone=person.phone,
    )
    for person in PEOPLE
)


@sandbox_program.command("people")
def people_command() -> None:
    """Make the invented people of the sandbox, and print how to sign in as them. Safe to repeat."""
    for line in run(make_people):
        say(line)


async def make_people(foundation: Foundation) -> tuple[str, ...]:
    """Open the accounts that are not there yet, each with an authenticator app, and return their lines."""
    lines: list[str] = []
    for person in _PEOPLE:
        index = foundation.shared.number_index.digest(person.claimed.number.digits)
        known = await foundation.database.accounts.for_sign_in(index)
        ready = await make_account(foundation, person)
        made = await foundation.database.accounts.for_sign_in(index)
        if known is None and made is not None:
            now, account = foundation.clock.now(), made.account
            sealed = foundation.shared.sealer.seal(APP_SECRET.encode(), TOTP_PLACE.of(account.person_id))
            event = operator_event(EventName.FACTOR_ADDED, now, reason="sandbox", person_id=account.person_id)
            await foundation.database.ledger.commit(
                AddTotp(
                    person_id=account.person_id,
                    account_id=account.id,
                    secret_sealed=sealed,
                    last_step=0,
                    created_at=now,
                ),
                event,
            )
        lines.append(f"{ready.person.claimed.number.digits} / {PASSWORD}  {ready.person.claimed.name}")
    lines.append(f"khóa ứng dụng xác thực của mọi người thử nghiệm (app secret of all of them): {APP_SECRET}")
    return tuple(lines)
