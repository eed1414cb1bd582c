"""The console's page of publishers of software, whose statements an agency or the country trusts."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

import orjson
from starlette.responses import Response

from clients.errors import Problem
from idp.admin.dynamic_registration.model import Publisher
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.permissions import Permission, allows, allows_somewhere
from idp.officers.roles import NATIONAL
from idp.web.admin.dynamic_registration.pages import PublisherDone, PublisherEntry, PublishersPage
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time

PATH = "/admin/software-publishers"
_DONE: dict[str, PublisherDone] = {word: word for word in get_args(PublisherDone)}
_FIELDS = ("agency", "issuer", "jwks")


async def show(visit: Visit) -> Response:
    return visit.respond(await _page(visit, {"agency": visit.actor.agency, "issuer": "", "jwks": ""}))


async def submit(visit: Visit) -> Response:
    """POST /admin/software-publishers: `action` is trust, or distrust with an agency and an issuer."""
    typed, tokens = visit.fields(*_FIELDS), visit.dependencies.registration_tokens
    done: PublisherDone = "trusted"
    try:
        match (visit.form.get("action") or "").split(" ", 2):
            case ["trust"]:
                agency = typed["agency"].strip() or NATIONAL
                await tokens.trust(visit.actor, agency, typed["issuer"], _keys(typed["jwks"]))
            case ["distrust", agency, issuer]:
                await tokens.distrust(visit.actor, agency or NATIONAL, issuer)
                done = "distrusted"
            case _:
                raise NotFoundError("no such action")
    except InvalidInputError as error:
        return visit.respond(await _page(visit, typed, error.problems), 422)
    return visit.see_other(f"{PATH}?{urlencode({'done': done})}")


def _keys(typed: str) -> object:
    """Return the document that was typed. Raises `InvalidInputError`."""
    try:
        return orjson.loads(typed)
    except orjson.JSONDecodeError as error:
        broken = Problem("jwks", "form", "it is no JSON object", "paste the key set as its publisher serves it")
        raise InvalidInputError([broken]) from error


async def _page(visit: Visit, typed: Mapping[str, str], problems: tuple[Problem, ...] = ()) -> PublishersPage:
    found = await visit.dependencies.registration_tokens.list_publishers(visit.actor)
    return PublishersPage(
        other_language_url=visit.other_language_url,
        action=PATH,
        hidden=visit.hidden(),
        shell=visit.shell,
        publishers=tuple(_entry(visit, one) for one in found),
        typed=typed,
        problems=tuple(problem_shown(one) for one in problems),
        may_trust=allows_somewhere(visit.actor.grants, Permission.CLIENTS_SECRET),
        done=_DONE.get(visit.query.get("done") or ""),
    )


def _entry(visit: Visit, publisher: Publisher) -> PublisherEntry:
    # The list has no publisher but of agencies whose clients the visitor reads; the country's takes the country.
    grants, national = visit.actor.grants, publisher.agency == NATIONAL
    return PublisherEntry(
        issuer=publisher.issuer,
        agency=publisher.agency,
        key_ids=tuple(key.get("kid") or key.get("kty", "") for key in publisher.jwks.get("keys", ())),
        added_at=local_time(publisher.added_at, visit.locale),
        may_distrust=allows(grants, Permission.CLIENTS_CHANGE, ())
        if national
        else allows_somewhere(grants, Permission.CLIENTS_CHANGE),
    )
