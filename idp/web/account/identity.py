"""Proof of identity: its state in words, every answer of a register as a signed receipt, asking again."""

from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.account.model import ProofState
from idp.kernel.locales import Locale
from idp.proofing.proof import RegisterJob, StoredReceipt
from idp.proofing.waiting import AskedAgain
from idp.sessions.model import SessionView
from idp.web.account.dependencies import IdentityDependencies
from idp.web.account.pages import IdentityPage, ReceiptEntry, WaitingProof
from idp.web.account.paths import IDENTITY
from idp.web.account.shell import AccountShell, Frame
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form

_ASKED: dict[str, AskedAgain] = {word.value: word for word in AskedAgain}

RECEIPT = "/account/receipts/{name}"


class IdentityHandlers:
    def __init__(self, dependencies: IdentityDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "identity")
        account, own = frame.view.account, self._dependencies
        jobs = await own.jobs.of_account(account.person_id, account.id)
        receipts = await own.receipts.of_person(account.person_id)
        offered = await own.earlier.offered(frame.view)
        page = self._page(request, frame, jobs, receipts, await self._evidence_due(frame), offered=offered)
        return self._shell.respond(request, page, frame)

    async def _evidence_due(self, frame: Frame) -> str:
        """Return the day on which a proof by data alone stops counting; empty where that is not the person's."""
        account, day = frame.view.account, self._dependencies.evidence_required_from
        if day is None or account.proof_at(self._web.clock.now()) is not ProofState.PROVED:
            return ""
        held = await self._dependencies.identities.of_account(account.person_id, account.id)
        return local_time(day, frame.locale) if held is not None and held.evidence is None else ""

    async def submit(self, request: Request) -> Response:
        """Ask the register again."""
        view, action = await self._shell.form(request)
        if action == "earlier":
            return await self._earlier(request, view)
        if action != "ask_again":
            return self._context.see_other(IDENTITY)
        now = self._web.clock.now()
        asked = await self._dependencies.waiting.ask_again(view, origin_of(request), now)
        return self._context.see_other(f"{IDENTITY}?{urlencode({'done': asked})}")

    async def _earlier(self, request: Request, view: SessionView) -> Response:
        """Take an earlier proof, of a session that has just shown two factors."""
        await self._shell.guard.strong_visitor(request, "identity")
        shown = await self._dependencies.earlier.show(view, origin_of(request))
        return self._context.see_other(IDENTITY if shown else f"{IDENTITY}?done=refused")

    async def receipt(self, request: Request) -> Response:
        """The signed text itself, for the person to keep."""
        view = await self._shell.guard.visitor(request)
        wanted = request.path_params["name"]
        for receipt in await self._dependencies.receipts.of_person(view.account.person_id):
            if receipt.id == wanted:
                headers = {
                    "Content-Disposition": f'attachment; filename="receipt-{receipt.id}.jwt"',
                    "Cache-Control": "no-store",
                }
                return Response(receipt.text, media_type="application/jwt", headers=headers)
        raise HTTPException(404)

    def _page(
        self,
        request: Request,
        frame: Frame,
        jobs: Sequence[RegisterJob],
        receipts: Sequence[StoredReceipt],
        evidence_due: str,
        *,
        offered: bool,
    ) -> IdentityPage:
        account = frame.view.account
        proof = account.proof_at(self._web.clock.now())
        return IdentityPage(
            other_language_url=frame.other_language_url,
            action=IDENTITY,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            proof=proof,
            proved_at=local_time(account.proved_at, frame.locale) if account.proved_at else "",
            waiting=waiting_proof(jobs, frame.locale),
            may_ask=proof is not ProofState.PROVED or bool(evidence_due),
            evidence_due=evidence_due,
            earlier=_earlier(query_form(request).get("done") or "") if offered else "",
            asked=_ASKED.get(query_form(request).get("done") or ""),
            receipts=receipt_entries(receipts, frame.locale),
        )


def _earlier(done: str) -> Literal["offered", "refused"]:
    return "refused" if done == "refused" else "offered"


def waiting_proof(jobs: Iterable[RegisterJob], locale: Locale) -> WaitingProof | None:
    """Return the verification that waits, if one does."""
    waiting = next((job for job in jobs if job.finished_at is None), None)
    return WaitingProof(attempts=waiting.attempts, next_try=local_time(waiting.due_at, locale)) if waiting else None


def receipt_entries(receipts: Iterable[StoredReceipt], locale: Locale) -> tuple[ReceiptEntry, ...]:
    """Return receipts as pages list them."""
    return tuple(
        ReceiptEntry(
            id=receipt.id,
            at=local_time(receipt.at, locale),
            register=receipt.register,
            verdict=receipt.verdict,
            purpose=receipt.purpose,
            actor=receipt.actor,
        )
        for receipt in receipts
    )
