"""The routes of the page of a trial run."""

from idp.client_trials.model import BACK_PATH, SIGNED_OUT_PATH, TRIAL_RUN_PATH
from idp.web.client_trials.dependencies import TrialDependencies
from idp.web.client_trials.trial_pages import TrialRunHandlers
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, GET_POST, Route, bind
from idp.web.http.router import Row

ROUTES = (
    Route(TRIAL_RUN_PATH, TrialRunHandlers, methods=GET_POST, visitors=ANYONE),
    Route(BACK_PATH, TrialRunHandlers, methods=GET, visitors=ANYONE, get=TrialRunHandlers.back),
    Route(SIGNED_OUT_PATH, TrialRunHandlers, methods=GET, visitors=ANYONE, get=TrialRunHandlers.signed_out),
)


def trial_rows(dependencies: TrialDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(ROUTES, TrialRunHandlers(dependencies, context))
