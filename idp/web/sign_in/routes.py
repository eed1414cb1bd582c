"""The routes of signing in: a client's request, and the steps to its answer."""

from idp.protocol.endpoints import AUTHORIZE
from idp.web.factors.factor_step import SECOND_STEP_PATH
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET_POST, Route, bind
from idp.web.http.router import Row
from idp.web.sign_in.account_kind import AccountKindHandlers
from idp.web.sign_in.consent import ConsentHandlers
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import Flow
from idp.web.sign_in.passkey import PATH as PASSKEY
from idp.web.sign_in.passkey import PasskeySignInHandlers
from idp.web.sign_in.paths import ACCOUNT_KIND, CONSENT, SIGN_IN, STEP_UP
from idp.web.sign_in.second_step import SecondStepHandlers
from idp.web.sign_in.sign_in import SignInHandlers
from idp.web.sign_in.step_up import StepUpHandlers

ROUTES = (
    Route(
        AUTHORIZE,
        SignInHandlers,
        methods=GET_POST,
        visitors=ANYONE,
        get=SignInHandlers.authorize,
        post=SignInHandlers.authorize,
        own_form=False,
    ),
    Route(SIGN_IN, SignInHandlers, methods=GET_POST, visitors=ANYONE),
    Route(PASSKEY, PasskeySignInHandlers, methods=GET_POST, visitors=ANYONE),
    Route(SECOND_STEP_PATH, SecondStepHandlers, methods=GET_POST, visitors=ANYONE),
    Route(ACCOUNT_KIND, AccountKindHandlers, methods=GET_POST, visitors=ANYONE),
    Route(STEP_UP, StepUpHandlers, methods=GET_POST, visitors=ANYONE),
    Route(CONSENT, ConsentHandlers, methods=GET_POST, visitors=ANYONE),
)


def sign_in_rows(dependencies: SignInDependencies, context: PageContext, flow: Flow) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(
        ROUTES,
        SignInHandlers(dependencies, context, flow),
        PasskeySignInHandlers(dependencies, context, flow),
        SecondStepHandlers(dependencies, context, flow),
        AccountKindHandlers(dependencies, context, flow),
        StepUpHandlers(dependencies, context, flow),
        ConsentHandlers(dependencies, context, flow),
    )
