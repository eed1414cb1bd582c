"""The console's page before a run of a client: what it does, and the button that opens it in this browser."""

from starlette.responses import Response

from clients.model import ClientId
from idp.client_trials.model import TRIAL_RUN_PATH
from idp.web.admin.visit import Visit
from idp.web.client_trials.pages import TrialStartPage

ONE = "/admin/clients/try/{name}"
_ID_LENGTH = 26


async def show(visit: Visit) -> Response:
    """GET /admin/clients/try/{name}; `run` names one that the API started."""
    client = await visit.dependencies.trials.may_try(visit.actor, ClientId(visit.name))
    run = (visit.query.get("run") or "")[:_ID_LENGTH]
    page = TrialStartPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=(*visit.hidden(), ("run", run)),
        shell=visit.shell,
        client_id=client.client_id,
        name=client.name(visit.locale),
        stage=client.stage,
    )
    return visit.respond(page)


async def start(visit: Visit) -> Response:
    """Start a run that this browser holds."""
    trials, typed = visit.dependencies.trials, visit.fields("run")["run"]
    await trials.may_try(visit.actor, ClientId(visit.name))
    run_id = typed or (await trials.start(visit.actor, ClientId(visit.name))).id
    held = await trials.open(visit.actor, run_id)
    response = visit.see_other(TRIAL_RUN_PATH)
    visit.context.cookies.set_trial(response, held)
    return response
