"""The routes of recovery and of "this was not me"."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, GET_POST, Route, bind
from idp.web.http.router import Row
from idp.web.recovery.coming_back import RecoverReturnHandlers
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.not_me import NotMeHandlers
from idp.web.recovery.paths import NOT_ME, NOT_ME_DONE
from idp.web.recovery.proof import RecoverProofHandlers
from idp.web.recovery.recover import RecoverHandlers
from idp.web.recovery.recovery_steps import (
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
    RecoverySteps,
)
from idp.web.recovery.waiting import RecoverWaitingHandlers

_FIRST, _WAITING, _PROOF, _BACK = RecoverHandlers, RecoverWaitingHandlers, RecoverProofHandlers, RecoverReturnHandlers

# In the order in which a person meets the pages.
ROUTES = (
    Route(
        START,
        _FIRST,
        methods=GET_POST,
        visitors=ANYONE,
        get=_FIRST.show_start,
        post=_FIRST.submit_start,
        name="recover",
    ),
    Route(WAY, _FIRST, methods=GET_POST, visitors=ANYONE, get=_FIRST.show_method, post=_FIRST.submit_method),
    Route(CODE, _FIRST, methods=GET_POST, visitors=ANYONE, get=_FIRST.show_code, post=_FIRST.submit_code),
    Route(PHONE, _WAITING, methods=GET_POST, visitors=ANYONE, get=_WAITING.show_phone, post=_WAITING.submit_phone),
    Route(PHONE_CODE, _WAITING, methods=GET_POST, visitors=ANYONE, get=_WAITING.show_code, post=_WAITING.submit_code),
    Route(IDENTITY, _PROOF, methods=GET_POST, visitors=ANYONE, get=_PROOF.show_identity, post=_PROOF.submit_identity),
    Route(PASSWORD, _PROOF, methods=GET_POST, visitors=ANYONE, get=_PROOF.show_password, post=_PROOF.submit_password),
    Route(WAITING, _WAITING, methods=GET, visitors=ANYONE, get=_WAITING.show_waiting),
    Route(RETURN, _BACK, methods=GET_POST, visitors=ANYONE, get=_BACK.show_reference, post=_BACK.submit_reference),
    Route(RETURN_CODE, _BACK, methods=GET_POST, visitors=ANYONE, get=_BACK.show_code, post=_BACK.submit_code),
    Route(
        RETURN_PASSWORD, _BACK, methods=GET_POST, visitors=ANYONE, get=_BACK.show_password, post=_BACK.submit_password
    ),
    Route(DONE, _PROOF, methods=GET, visitors=ANYONE, get=_PROOF.show_done),
    Route(OVER, _PROOF, methods=GET, visitors=ANYONE, get=_PROOF.show_over),
    Route(NOT_ME, NotMeHandlers, methods=GET_POST, visitors=ANYONE),
    Route(NOT_ME_DONE, NotMeHandlers, methods=GET, visitors=ANYONE, get=NotMeHandlers.done),
)


def recovery_rows(dependencies: RecoveryDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers."""
    shared = RecoverySteps(context)
    return bind(
        ROUTES,
        RecoverHandlers(dependencies, shared),
        RecoverWaitingHandlers(dependencies, shared),
        RecoverProofHandlers(dependencies, shared),
        RecoverReturnHandlers(dependencies, shared),
        NotMeHandlers(dependencies, shared),
    )
