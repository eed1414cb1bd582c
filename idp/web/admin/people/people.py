"""The console's pages of people: find one for a purpose, see them through a lookup, act on the account.

No personal value stands in an address, and what was typed to find somebody is not shown again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args
from urllib.parse import quote, urlencode

from msgspec import Struct
from starlette.responses import Response

from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.people.commands import REASONS, Act, LookupCommand, LookupKey, PersonRule, Purpose
from idp.admin.people.rules import PersonShown
from idp.admin.people.service import MOST_LOOKUPS, Seen
from idp.kernel.ids import AccountId
from idp.kernel.locales import Locale
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.assisted import Seat
from idp.recovery.service import RecoveryRefusal
from idp.web.admin.people.pages import (
    ActForm,
    FindPersonPage,
    FoundEntry,
    FoundPeoplePage,
    PersonDone,
    PersonPage,
    PersonProblem,
    RecoveryEntry,
)
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time
from idp.web.officers.paths import ASSIST_CODE

PATH, ONE_PATH = "/admin/people", "/admin/people/{name}"
_CHOOSE = "choose:"
# The second page of the desk (`web/officers/assist_desk.py`), which goes on with the draft.
_Problems = Sequence[PersonProblem]


async def show(visit: Visit) -> Response:
    return _find_page(visit, ())


async def find(visit: Visit) -> Response:
    """Whoever is found is seen at the lookup's own address."""
    typed = visit.fields("by", "value", "purpose", "case")
    command = LookupCommand(typed["by"], typed["value"], typed["purpose"], typed["case"])
    try:
        seen = await visit.dependencies.people.people.find(visit.actor, command)
    except InvalidInputError as error:
        return _find_page(visit, _problems(error), 422)
    return visit.see_other(_address(seen.name)) if seen.people else _find_page(visit, (), nobody=True)


async def show_one(visit: Visit) -> Response:
    """Whom a lookup found, as they are now."""
    return await _seen_page(visit, ())


async def submit(visit: Visit) -> Response:
    """One of the buttons of the page."""
    action = visit.form.get("action") or ""
    if action.startswith(_CHOOSE):
        visit.fields()
        chosen = await visit.dependencies.people.people.choose(
            visit.actor, visit.name, AccountId(action.removeprefix(_CHOOSE))
        )
        return visit.see_other(_address(chosen))
    act = next((one for one in Act if one == action), None)
    if act is None:
        raise NotFoundError("no such button")
    try:
        return await _act(visit, act)
    except InvalidInputError as error:
        # Each form has a reason of its own: the element says of which.
        problems = [
            PersonProblem(field=f"reason-{act}" if one.field == "reason" else one.field, rule=one.rule)
            for one in _problems(error)
        ]
        return await _seen_page(visit, problems, 422)


async def _act(visit: Visit, act: Act) -> Response:
    people = visit.dependencies.people
    if act is Act.RECOVER:
        typed = visit.fields("reason", "phone")
        desk = _Desk(visit)
        draft = await people.begin_recovery(visit.actor, visit.name, typed["reason"], typed["phone"], desk)
        return visit.see_other(f"{ASSIST_CODE}?{urlencode({'r': draft})}")
    done = await people.act(visit.actor, visit.name, act, visit.fields("reason")["reason"])
    return visit.see_other(f"{_address(visit.name)}?{urlencode({'done': act if done else 'nothing'})}")


class _Desk(Struct, frozen=True):
    """Implements `idp.admin.people.ports.RecoveryDesk`: the steps at the counter, in this browser."""

    visit: Visit

    async def begin(self, number: PersonalNumber, phone: PhoneNumber) -> str | None:
        """Send a code to the phone that the person shows, and return the draft's name; None when enough were begun."""
        visit = self.visit
        recovery = visit.dependencies.recovery
        begun = await recovery.begin(Seat.in_browser(visit.view, visit.browser), number, phone, visit.locale)
        return None if isinstance(begun, RecoveryRefusal) else begun


def _address(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"


def _problems(error: InvalidInputError) -> tuple[PersonProblem, ...]:
    return tuple(
        PersonProblem(field=one.field, rule=PersonRule(one.rule)) for one in error.problems if one.rule in {*PersonRule}
    )


def _find_page(visit: Visit, problems: _Problems, status: int = 200, *, nobody: bool = False) -> Response:
    by, purpose = visit.form.get("by") or "", visit.form.get("purpose") or ""
    # A reference that is none may be what somebody typed in the wrong field.
    case_is_wrong = any(one.field == "case" for one in problems)
    page = FindPersonPage(
        other_language_url=visit.other_language_url,
        action=PATH,
        hidden=visit.hidden(),
        shell=visit.shell,
        kinds=tuple(LookupKey),
        purposes=tuple(Purpose),
        by=by if by in {*LookupKey} else "",
        purpose=purpose if purpose in {*Purpose} else "",
        case="" if case_is_wrong else visit.form.get("case") or "",
        problems=tuple(problems),
        nobody=nobody,
        most_lookups=MOST_LOOKUPS,
    )
    return visit.respond(page, status)


async def _seen_page(visit: Visit, problems: _Problems, status: int = 200) -> Response:
    seen = await visit.dependencies.people.people.see(visit.actor, visit.name)
    if len(seen.people) == 1:
        return visit.respond(_person_page(visit, seen, seen.people[0], problems), status)
    page = FoundPeoplePage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        people=tuple(
            FoundEntry(account_id=one.account_id, name=one.name, number=one.number, status=one.status)
            for one in seen.people
        ),
        ends_at=local_time(seen.lookup.ends_at, visit.locale),
        find_url=PATH,
    )
    return visit.respond(page, status)


def _person_page(visit: Visit, seen: Seen, person: PersonShown, problems: _Problems) -> PersonPage:
    locale, asked = visit.locale, visit.query.get("done")
    recovery = person.recovery
    return PersonPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        account_id=person.account_id,
        name=person.name,
        number=person.number,
        phone=person.phone,
        email=person.email,
        status=person.status,
        locked_by=person.locked_by,
        proof=person.proof,
        proved_at=_time(person.proved_at, locale),
        created_at=local_time(person.created_at, locale),
        two_steps=person.two_steps,
        passkeys=person.passkeys,
        has_authenticator_app=person.has_authenticator_app,
        recovery_codes=person.recovery_codes,
        upstream_links=person.upstream_links,
        phone_rests_until=_time(person.phone_rests_until, locale),
        wrong_passwords=person.wrong_passwords,
        next_try_at=_time(person.next_try_at, locale),
        sessions=person.sessions,
        last_sign_in_at=_time(person.last_sign_in_at, locale),
        recovery=RecoveryEntry(
            way=recovery.way,
            started_at=local_time(recovery.started_at, locale),
            ready_at=local_time(recovery.ready_at, locale),
        )
        if recovery
        else None,
        purpose=seen.lookup.purpose,
        case=seen.lookup.case,
        ends_at=local_time(seen.lookup.ends_at, locale),
        find_url=PATH,
        forms=tuple(ActForm(act=act, reasons=REASONS[act]) for act in person.acts),
        problems=tuple(problems),
        done=next((word for word in get_args(PersonDone) if word == asked), None),
    )


def _time(at: datetime | None, locale: Locale) -> str:
    return local_time(at, locale) if at else ""
