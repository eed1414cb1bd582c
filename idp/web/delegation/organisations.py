"""The organisations that one represents, and claiming one with the enterprise register."""

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from idp.delegation.mandates.names import NamedMandate
from idp.delegation.model import SILENCE, Mandate, MandateKind
from idp.delegation.organisations.claims import ClaimResult
from idp.proofing.registers.enterprise_model import EnterpriseState, check_organisation_name
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.errors import DeclaredValueError
from idp.web.account.identity import receipt_entries
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.delegation.dependencies import DelegationDependencies
from idp.web.delegation.pages import (
    ClaimPage,
    OrganisationEntry,
    OrganisationsDone,
    OrganisationSilence,
    OrganisationsPage,
    WaitingEntry,
)
from idp.web.http.declared_messages import message_of
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH, CLAIM_PATH = "/account/organisations", "/account/organisations/claim"
_LONGEST_TYPED = 320
_DONE: dict[str, OrganisationsDone] = {word: word for word in get_args(OrganisationsDone)}


class OrganisationsHandlers:
    def __init__(self, dependencies: DelegationDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def overview(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "organisations")
        return self._shell.respond(request, await self._page(request, frame), frame)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "organisations", "claim-organisation")
        if self._dependencies.organisations is None:
            return self._context.see_other(PATH)
        return self._claim_page(request, frame, "", "", ())

    async def submit(self, request: Request) -> Response:
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "organisations", "claim-organisation")
        organisations = self._dependencies.organisations
        if organisations is None:
            return self._context.see_other(PATH)
        code, name = ((form.get(field) or "")[:_LONGEST_TYPED] for field in ("code", "name"))
        errors = _wrong(code, name)
        if errors:
            return self._claim_page(request, frame, code, name, errors)
        result = await organisations.claim(frame.view, EnterpriseCode.parse(code), name, origin_of(request))
        if result.value in _DONE:
            return self._context.see_other(f"{PATH}?done={result}")
        return self._claim_page(request, frame, code, name, (), result)

    async def _page(self, request: Request, frame: Frame) -> OrganisationsPage:
        organisations, locale = self._dependencies.organisations, frame.locale
        held = (await self._dependencies.mandates.of(frame.view)).held
        receipts = await self._dependencies.receipts.of_person(frame.view.account.person_id)
        waiting = await organisations.waiting(frame.view) if organisations else []
        return OrganisationsPage(
            other_language_url=frame.other_language_url,
            shell=frame.shell,
            organisations=tuple(self._entry(one, frame) for one in held if _represents(one)),
            waiting=tuple(
                WaitingEntry(
                    name=one.name, code=one.code, attempts=one.attempts, next_try=local_time(one.next_try, locale)
                )
                for one in waiting
            ),
            receipts=receipt_entries([one for one in receipts if one.register == "enterprise"], locale),
            may_claim=organisations is not None,
            done=_DONE.get(query_form(request).get("done") or ""),
        )

    def _entry(self, named: NamedMandate, frame: Frame) -> OrganisationEntry:
        mandate = named.mandate
        return OrganisationEntry(
            name=named.principal_name,
            code=named.principal_code,
            status=EnterpriseState(named.principal_status),
            suspended=mandate.suspended_at is not None and mandate.suspended_why != SILENCE,
            since=local_time(mandate.starts_at, frame.locale),
            later_at=local_time(mandate.later_at, frame.locale) if mandate.later_at else "",
            silence=_silence(mandate),
        )

    def _claim_page(
        self,
        request: Request,
        frame: Frame,
        code: str,
        name: str,
        errors: tuple[tuple[str, Message], ...],
        refused: ClaimResult | None = None,
    ) -> Response:
        page = ClaimPage(
            other_language_url=frame.other_language_url,
            action=CLAIM_PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            code=code,
            name=name,
            errors=errors,
            refused=refused,
        )
        return self._shell.respond(request, page, frame, 422 if errors or refused else 200)


def _silence(mandate: Mandate) -> OrganisationSilence:
    if mandate.suspended_why == SILENCE:
        return "rests"
    return "lowered" if mandate.lowered_from else ""


def _represents(named: NamedMandate) -> bool:
    return named.mandate.kind is MandateKind.REPRESENTATIVE and named.mandate.ended_at is None


def _wrong(code: str, name: str) -> tuple[tuple[str, Message], ...]:
    errors: list[tuple[str, Message]] = []
    try:
        EnterpriseCode.parse(code)
    except DeclaredValueError as error:
        errors.append(("code", message_of(error)))
    try:
        check_organisation_name(name)
    except DeclaredValueError as error:
        errors.append(("name", message_of(error)))
    return tuple(errors)
