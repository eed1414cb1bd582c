"""The routes of what an account is protected with."""

from idp.web.factors import approvals, contacts, passkeys, password, recovery_codes, totp
from idp.web.factors.confirm import ConfirmHandlers
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.overview import FactorsHandlers
from idp.web.factors.paths import CONFIRM, FACTORS
from idp.web.http.page_context import PageContext
from idp.web.http.route import CITIZENS, CITIZENS_AND_OFFICERS, GET_POST, Route, bind
from idp.web.http.router import Row

_CONTACTS, _PASSKEYS = contacts.ContactHandlers, passkeys.OwnPasskeyHandlers

ROUTES = (
    Route(CONFIRM, ConfirmHandlers, methods=GET_POST, visitors=CITIZENS_AND_OFFICERS),
    Route(
        FACTORS, FactorsHandlers, methods=GET_POST, visitors=CITIZENS_AND_OFFICERS, menu="factors", returns="factors"
    ),
    Route(totp.PATH, totp.TotpHandlers, methods=GET_POST, visitors=CITIZENS_AND_OFFICERS, returns="totp"),
    Route(
        recovery_codes.PATH,
        recovery_codes.RecoveryCodesHandlers,
        methods=GET_POST,
        visitors=CITIZENS,
        shared_computer=False,
        returns="recovery-codes",
    ),
    Route(
        approvals.PATH,
        approvals.ApprovalsHandlers,
        methods=GET_POST,
        visitors=CITIZENS,
        menu="approvals",
        returns="approvals",
    ),
    Route(
        password.PATH,
        password.PasswordHandlers,
        methods=GET_POST,
        visitors=CITIZENS_AND_OFFICERS,
        menu="password",
        returns="password",
    ),
    Route(contacts.PATH, _CONTACTS, methods=GET_POST, visitors=CITIZENS, menu="contacts", returns="contacts"),
    Route(
        contacts.CODE_PATH,
        _CONTACTS,
        methods=GET_POST,
        visitors=CITIZENS,
        get=_CONTACTS.show_code,
        post=_CONTACTS.submit_code,
    ),
    Route(
        passkeys.PATH,
        _PASSKEYS,
        methods=GET_POST,
        visitors=CITIZENS_AND_OFFICERS,
        shared_computer=False,
        returns="passkeys",
    ),
    Route(
        passkeys.EDIT_PATH,
        _PASSKEYS,
        methods=GET_POST,
        visitors=CITIZENS_AND_OFFICERS,
        get=_PASSKEYS.show_one,
        post=_PASSKEYS.submit_one,
    ),
)


def factor_rows(dependencies: FactorDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(
        ROUTES,
        ConfirmHandlers(dependencies, context),
        FactorsHandlers(dependencies, context),
        totp.TotpHandlers(dependencies, context),
        recovery_codes.RecoveryCodesHandlers(dependencies, context),
        approvals.ApprovalsHandlers(dependencies, context),
        password.PasswordHandlers(dependencies, context),
        _CONTACTS(dependencies, context),
        _PASSKEYS(dependencies, context),
    )
