"""Claiming to represent a child, with the population register."""

import re

from starlette.requests import Request
from starlette.responses import Response

from idp.delegation.guardians.service import WardResult
from idp.proofing.model import ClaimedIdentity
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.names import check_declared_name
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.protocol.forms import Form
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.delegation.dependencies import DelegationDependencies
from idp.web.delegation.mandates import PATH as LIST_PATH
from idp.web.delegation.pages import WardPage
from idp.web.http.declared_messages import message_of
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message

PATH = "/account/mandates/ward"
_FIELDS = ("number", "name", "birth_date")
_LONGEST_TYPED = 320
# As people write a day: 05/09/2016, 5.9.2016.
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


class WardHandlers:
    def __init__(self, dependencies: DelegationDependencies, context: PageContext) -> None:
        self._guardianships = dependencies.guardianships
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "mandates", "ward")
        return self._respond(request, frame, dict.fromkeys(_FIELDS, ""), ())

    async def submit(self, request: Request) -> Response:
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "mandates", "ward")
        typed = _typed(form)
        child = _read(typed)
        if not isinstance(child, ClaimedIdentity):
            return self._respond(request, frame, typed, child)
        result = await self._guardianships.claim(frame.view, child, origin_of(request))
        if result in {WardResult.CLAIMED, WardResult.ALREADY}:
            return self._context.see_other(f"{LIST_PATH}?done=ward")
        return self._respond(request, frame, typed, (), result)

    def _respond(
        self,
        request: Request,
        frame: Frame,
        typed: dict[str, str],
        errors: tuple[tuple[str, Message], ...],
        refused: WardResult | None = None,
    ) -> Response:
        page = WardPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            number=typed["number"],
            name=typed["name"],
            birth_date=typed["birth_date"],
            errors=errors,
            refused=refused,
        )
        return self._shell.respond(request, page, frame, 422 if errors or refused else 200)


def _typed(form: Form) -> dict[str, str]:
    return {name: (form.get(name) or "")[:_LONGEST_TYPED] for name in _FIELDS}


def _read(typed: dict[str, str]) -> ClaimedIdentity | tuple[tuple[str, Message], ...]:
    """Return the child, or all that is wrong with the entries."""
    errors: list[tuple[str, Message]] = []
    number, name, born = None, "", None
    try:
        number = PersonalNumber.parse(typed["number"])
    except DeclaredValueError as error:
        errors.append(("number", message_of(error)))
    try:
        name = check_declared_name(typed["name"])
    except DeclaredValueError as error:
        errors.append(("name", message_of(error)))
    try:
        born = _birth_date(typed["birth_date"])
    except DeclaredValueError as error:
        errors.append(("birth_date", message_of(error)))
    return tuple(errors) if number is None or born is None or errors else ClaimedIdentity(number, name, born)


def _birth_date(text: str) -> BirthDate:
    day = _DAY.fullmatch(text.strip())
    return BirthDate(int(day[3]), int(day[2]), int(day[1])) if day else BirthDate.parse(text)
