"""The routes of officers: the counter, assisted recovery, and setting an account up."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, GET_POST, OFFICERS, Route, bind
from idp.web.http.router import Row
from idp.web.officers import assist_desk, counter_desk, enrol
from idp.web.officers.assist_identity import AssistIdentityHandlers
from idp.web.officers.assist_recovery import AssistRecoveryHandlers
from idp.web.officers.counter import CounterHandlers
from idp.web.officers.counter_screen import CounterScreenHandlers
from idp.web.officers.dependencies import OfficerDependencies
from idp.web.sign_in.flow import Flow

_COUNTER, _SCREEN, _ASSIST, _ENROL = CounterHandlers, CounterScreenHandlers, AssistRecoveryHandlers, enrol.EnrolHandlers

# A step of an officer's sign-in: who may come there, the request says.
COUNTER_ROUTES = (
    Route(counter_desk.START, _COUNTER, methods=GET_POST, visitors=ANYONE),
    Route(
        counter_desk.PHONE,
        _COUNTER,
        methods=GET_POST,
        visitors=ANYONE,
        get=_COUNTER.show_phone,
        post=_COUNTER.submit_phone,
    ),
    Route(counter_desk.CITIZEN, _SCREEN, methods=GET_POST, visitors=ANYONE),
    Route(
        counter_desk.FACTOR,
        _SCREEN,
        methods=GET_POST,
        visitors=ANYONE,
        get=_SCREEN.show_factor,
        post=_SCREEN.submit_factor,
    ),
)
ASSIST_ROUTES = (
    Route(assist_desk.START, _ASSIST, methods=GET_POST, visitors=OFFICERS, menu="assist", returns="assist"),
    Route(
        assist_desk.CODE,
        _ASSIST,
        methods=GET_POST,
        visitors=OFFICERS,
        get=_ASSIST.show_code,
        post=_ASSIST.submit_code,
    ),
    Route(assist_desk.IDENTITY, AssistIdentityHandlers, methods=GET_POST, visitors=OFFICERS),
)
ENROL_ROUTES = (
    Route(enrol.START, _ENROL, methods=GET_POST, visitors=ANYONE, get=_ENROL.show_start, post=_ENROL.submit_start),
    Route(
        enrol.PASSWORD,
        _ENROL,
        methods=GET_POST,
        visitors=ANYONE,
        get=_ENROL.show_password,
        post=_ENROL.submit_password,
    ),
    Route(enrol.FACTOR, _ENROL, methods=GET_POST, visitors=ANYONE, get=_ENROL.show_factor, post=_ENROL.submit_factor),
    Route(enrol.DONE, _ENROL, methods=GET, visitors=ANYONE, get=_ENROL.show_done),
)
ROUTES = (*COUNTER_ROUTES, *ASSIST_ROUTES, *ENROL_ROUTES)


def officer_rows(dependencies: OfficerDependencies, context: PageContext, flow: Flow) -> list[Row]:
    """Return the routes with their handlers."""
    counter = counter_desk.CounterDesk(dependencies, context, flow)
    assist = assist_desk.AssistDesk(dependencies, context)
    return bind(
        ROUTES,
        _COUNTER(counter),
        _SCREEN(counter),
        _ASSIST(assist),
        AssistIdentityHandlers(assist),
        _ENROL(dependencies, context),
    )
