"""The routes of recovery and of "this was not me"."""

from idp.web.http.page_context import PageDesk
from idp.web.http.router import Route
from idp.web.recovery.coming_back import RecoverReturnHandlers
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.not_me import NotMeHandlers
from idp.web.recovery.proof import RecoverProofHandlers
from idp.web.recovery.recover import RecoverHandlers
from idp.web.recovery.recover_desk import (
    CODE,
    DONE,
    IDENTITY,
    OVER,
    PASSWORD,
    PHONE,
    PHONE_CODE,
    RETURN,
    RETURN_CODE,
    RETURN_PASSWORD,
    START,
    WAITING,
    WAY,
    RecoverDesk,
)
from idp.web.recovery.waiting import RecoverWaitingHandlers

_GET, _POST = ("GET",), ("POST",)


def recovery_routes(dependencies: RecoveryDependencies, desk: PageDesk) -> list[Route]:
    """Return them all, in the order in which a person meets the pages."""
    shared = RecoverDesk(desk)
    first, waiting = RecoverHandlers(dependencies, shared), RecoverWaitingHandlers(dependencies, shared)
    proof, back = RecoverProofHandlers(dependencies, shared), RecoverReturnHandlers(dependencies, shared)
    not_me = NotMeHandlers(dependencies, shared)
    return [
        (START, first.show_start, _GET),
        (START, first.submit_start, _POST),
        (WAY, first.show_way, _GET),
        (WAY, first.submit_way, _POST),
        (CODE, first.show_code, _GET),
        (CODE, first.submit_code, _POST),
        (PHONE, waiting.show_phone, _GET),
        (PHONE, waiting.submit_phone, _POST),
        (PHONE_CODE, waiting.show_code, _GET),
        (PHONE_CODE, waiting.submit_code, _POST),
        (IDENTITY, proof.show_identity, _GET),
        (IDENTITY, proof.submit_identity, _POST),
        (PASSWORD, proof.show_password, _GET),
        (PASSWORD, proof.submit_password, _POST),
        (WAITING, waiting.show_waiting, _GET),
        (RETURN, back.show_reference, _GET),
        (RETURN, back.submit_reference, _POST),
        (RETURN_CODE, back.show_code, _GET),
        (RETURN_CODE, back.submit_code, _POST),
        (RETURN_PASSWORD, back.show_password, _GET),
        (RETURN_PASSWORD, back.submit_password, _POST),
        (DONE, proof.show_done, _GET),
        (OVER, proof.show_over, _GET),
        ("/not-me", not_me.show, _GET),
        ("/not-me", not_me.submit, _POST),
        ("/not-me/done", not_me.done, _GET),
    ]
