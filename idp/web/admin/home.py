"""The console's first page: who I am here, what I may do where and until when."""

from datetime import timedelta

from starlette.responses import Response

from idp.web.admin.pages import AdminHomePage, HeldRole
from idp.web.admin.visit import Visit
from idp.web.http.local_time import last_day
from idp.web.sessions.paths import CONFIRM_LOGOUT

# Time enough for another administrator to give it anew.
_SOON = timedelta(days=30)


async def show(visit: Visit) -> Response:
    page = AdminHomePage(
        other_language_url=visit.other_language_url,
        action=CONFIRM_LOGOUT,
        hidden=visit.hidden("logout"),
        shell=visit.shell,
        roles=tuple(
            HeldRole(
                role=grant.role,
                agency=grant.agency,
                ends_at=last_day(grant.ends_at, visit.locale),
                ends_soon=grant.ends_at - visit.now < _SOON,
            )
            for grant in visit.actor.grants
        ),
        fresh=visit.actor.fresh,
    )
    return visit.respond(page)
