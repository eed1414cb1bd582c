"""The routes of one's own account, and of what is asked of whoever used it."""

from idp.web.account import activity, close, download, joining, language, portals, profile, ratings, sessions
from idp.web.account.dependencies import (
    AccountDependencies,
    IdentityDependencies,
    JoiningDependencies,
    NoticeDependencies,
)
from idp.web.account.home import AccountHandlers
from idp.web.account.identity import RECEIPT, IdentityHandlers
from idp.web.account.notices import NoticesHandlers
from idp.web.account.paths import HOME, IDENTITY, NOTICES, OWN_NOT_ME, RATE
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, CITIZENS, CITIZENS_AND_OFFICERS, EVERY_ACCOUNT, GET, GET_POST, POST, Route, bind
from idp.web.http.router import Row

_ACTIVITY, _CLOSE, _DOWNLOAD = activity.ActivityHandlers, close.CloseHandlers, download.DownloadHandlers
_JOINING, _LANGUAGE, _PORTALS = joining.JoiningHandlers, language.LanguageHandlers, portals.PortalsHandlers
_PROFILE, _RATING, _SESSIONS = profile.ProfileHandlers, ratings.RatingHandlers, sessions.SessionsHandlers

ROUTES = (
    Route("/", AccountHandlers, methods=GET, visitors=ANYONE, get=AccountHandlers.root),
    Route(
        HOME,
        AccountHandlers,
        methods=GET,
        visitors=EVERY_ACCOUNT,
        get=AccountHandlers.home,
        menu="home",
        returns="account",
    ),
    Route(IDENTITY, IdentityHandlers, methods=GET_POST, visitors=CITIZENS, menu="identity", returns="identity"),
    Route(RECEIPT, IdentityHandlers, methods=GET, visitors=CITIZENS, get=IdentityHandlers.receipt, name="receipt"),
    Route(profile.PATH, _PROFILE, methods=GET_POST, visitors=CITIZENS, menu="profile"),
    Route(sessions.PATH, _SESSIONS, methods=GET_POST, visitors=EVERY_ACCOUNT, menu="sessions"),
    Route(portals.PATH, _PORTALS, methods=GET_POST, visitors=EVERY_ACCOUNT, menu="portals"),
    Route(activity.PATH, _ACTIVITY, methods=GET, visitors=EVERY_ACCOUNT, menu="activity"),
    Route(activity.REQUESTS, _ACTIVITY, methods=GET, visitors=CITIZENS, get=_ACTIVITY.requests, menu="requests"),
    Route(
        NOTICES,
        NoticesHandlers,
        methods=GET_POST,
        visitors=CITIZENS_AND_OFFICERS,
        menu="notices",
        returns="notices",
    ),
    Route(
        OWN_NOT_ME,
        NoticesHandlers,
        methods=POST,
        visitors=CITIZENS_AND_OFFICERS,
        post=NoticesHandlers.not_me,
        begins_at=NOTICES,
    ),
    Route(language.PATH, _LANGUAGE, methods=GET_POST, visitors=EVERY_ACCOUNT, menu="language"),
    Route(
        download.PATH,
        _DOWNLOAD,
        methods=GET,
        visitors=CITIZENS,
        shared_computer=False,
        menu="data",
        returns="data",
    ),
    Route(
        download.FILE,
        _DOWNLOAD,
        methods=POST,
        visitors=CITIZENS,
        shared_computer=False,
        post=_DOWNLOAD.file,
        begins_at=download.PATH,
    ),
    Route(download.COPY, _DOWNLOAD, methods=GET, visitors=CITIZENS, shared_computer=False, get=_DOWNLOAD.copy),
    Route(
        joining.PATH,
        _JOINING,
        methods=GET_POST,
        visitors=CITIZENS,
        shared_computer=False,
        menu="joining",
        returns="joining",
    ),
    Route(
        joining.FACTOR_PATH,
        _JOINING,
        methods=GET_POST,
        visitors=CITIZENS,
        shared_computer=False,
        get=_JOINING.show_factor,
        post=_JOINING.submit_factor,
    ),
    Route(
        joining.CONFIRM_PATH,
        _JOINING,
        methods=GET_POST,
        visitors=CITIZENS,
        shared_computer=False,
        get=_JOINING.show_confirm,
        post=_JOINING.submit_confirm,
    ),
    Route(close.PATH, _CLOSE, methods=GET_POST, visitors=CITIZENS, menu="close", returns="close"),
    Route(close.CLOSED, _CLOSE, methods=GET, visitors=ANYONE, get=_CLOSE.closed),
    Route(RATE, _RATING, methods=GET_POST, visitors=ANYONE),
    Route(ratings.RATED, _RATING, methods=GET, visitors=ANYONE, get=_RATING.rated),
)

# Handlers that use what all pages of the account do.
_PLAIN = (
    AccountHandlers,
    _ACTIVITY,
    _CLOSE,
    _DOWNLOAD,
    _LANGUAGE,
    _PORTALS,
    _PROFILE,
    _RATING,
    _SESSIONS,
)


def account_rows(
    dependencies: AccountDependencies,
    context: PageContext,
    *,
    identity: IdentityDependencies,
    notices: NoticeDependencies,
    merging: JoiningDependencies,
) -> list[Row]:
    """Return the routes with their handlers; three pages use more than the others."""
    plain = (kind(dependencies, context) for kind in _PLAIN)
    return bind(
        ROUTES,
        *plain,
        IdentityHandlers(identity, context),
        NoticesHandlers(notices, context),
        _JOINING(merging, context),
    )
