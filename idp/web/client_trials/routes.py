"""The routes of the room of a trial run."""

from idp.client_trials.model import BACK_PATH, ROOM_PATH, SIGNED_OUT_PATH
from idp.web.client_trials.dependencies import TrialDependencies
from idp.web.client_trials.room import RoomHandlers
from idp.web.http.page_context import PageDesk
from idp.web.http.route import ANYONE, GET, GET_POST, Route, bind
from idp.web.http.router import Row

ROUTES = (
    Route(ROOM_PATH, RoomHandlers, methods=GET_POST, visitors=ANYONE),
    Route(BACK_PATH, RoomHandlers, methods=GET, visitors=ANYONE, get=RoomHandlers.back),
    Route(SIGNED_OUT_PATH, RoomHandlers, methods=GET, visitors=ANYONE, get=RoomHandlers.signed_out),
)


def trial_rows(dependencies: TrialDependencies, desk: PageDesk) -> list[Row]:
    """Return them, served."""
    return bind(ROUTES, RoomHandlers(dependencies, desk))
