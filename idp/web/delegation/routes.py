"""The routes of acting for another: the step of a sign-in, and one's own organisations and mandates."""

from idp.web.delegation import acting_people, give, mandates, organisations, wards
from idp.web.delegation.act_for import ActForHandlers
from idp.web.delegation.dependencies import ActForDependencies, DelegationDependencies
from idp.web.delegation.paths import ACT_FOR
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, CITIZENS, GET, GET_POST, Route, bind
from idp.web.http.router import Row
from idp.web.sign_in.flow import Flow

_CLAIMS = organisations.OrganisationsHandlers
_MANDATES, _PEOPLE = mandates.MandatesHandlers, acting_people.ActingPeopleHandlers

STEPS = (Route(ACT_FOR, ActForHandlers, methods=GET_POST, visitors=ANYONE),)
ROUTES = (
    Route(
        organisations.PATH,
        _CLAIMS,
        methods=GET,
        visitors=CITIZENS,
        get=_CLAIMS.overview,
        menu="organisations",
        name="organisations",
    ),
    Route(organisations.CLAIM_PATH, _CLAIMS, methods=GET_POST, visitors=CITIZENS, returns="claim-organisation"),
    Route(mandates.PATH, _MANDATES, methods=GET_POST, visitors=CITIZENS, menu="mandates", returns="mandates"),
    Route(mandates.PEOPLE_PATH, _PEOPLE, methods=GET, visitors=CITIZENS, name="acting-people"),
    Route(give.PATH, give.GiveHandlers, methods=GET_POST, visitors=CITIZENS, returns="give"),
    Route(wards.PATH, wards.WardHandlers, methods=GET_POST, visitors=CITIZENS, returns="ward"),
)


def step_rows(dependencies: ActForDependencies, context: PageContext, flow: Flow) -> list[Row]:
    """Return the step of a sign-in, served."""
    return bind(STEPS, ActForHandlers(dependencies, context, flow))


def delegation_rows(dependencies: DelegationDependencies, context: PageContext) -> list[Row]:
    """Return the pages of the account, served."""
    return bind(
        ROUTES,
        _CLAIMS(dependencies, context),
        _MANDATES(dependencies, context),
        _PEOPLE(dependencies, context),
        give.GiveHandlers(dependencies, context),
        wards.WardHandlers(dependencies, context),
    )
