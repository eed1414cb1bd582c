"""The console's pages of initial access tokens: list, issue, look, revoke."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from re import fullmatch
from urllib.parse import urlencode

from starlette.responses import Response

from clients.errors import Problem
from clients.model import CLIENT_KINDS, GRANT_TYPES, SECURITY_PROFILES, ClientKind, SecurityProfile
from clients.profiles import PROFILES
from idp.admin.dynamic_registration.model import InitialToken, InitialTokenId
from idp.admin.dynamic_registration.tokens import TokenCommand, TokenOverview
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.permissions import Permission, allows_somewhere
from idp.kernel.locales import Locale
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.protocol.endpoints import REGISTRATION
from idp.web.admin.dynamic_registration.pages import (
    CameEntry,
    InitialTokenListPage,
    InitialTokenPage,
    InitialTokenSecretPage,
    NewInitialTokenPage,
    TokenEntry,
    TokenState,
)
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time

LIST, NEW = "/admin/initial-tokens", "/admin/initial-tokens/new"
ONE = "/admin/initial-tokens/{name}"
_PAGE = 50
_TEXTS = ("agency", "label", "hosts", "scope", "security_profile", "kind", "uses", "valid_days")
# A grant is a box of the form. Its name is ours, since a form sends no name twice.
_GRANT = "grant:"
_STATEMENT = "software_statement_required"
_DEFAULTS = RegistrationPolicy(hosts=())
# What a client that registers itself may be at all (`token_rules`): an exception has a date and a person who asks.
PROFILES_GIVEN: tuple[SecurityProfile, ...] = tuple(
    name for name in SECURITY_PROFILES if not (PROFILES[name].nonce_for_pkce or PROFILES[name].operators_only)
)


async def show_list(visit: Visit) -> Response:
    found = await visit.dependencies.registration_tokens.list_tokens(visit.actor, visit.after, _PAGE + 1)
    shown = found[:_PAGE]
    page = InitialTokenListPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        tokens=tuple(_entry(token, visit.now, visit.locale) for token in shown),
        next_url=f"{LIST}?{urlencode({'after': shown[-1].id})}" if len(found) > _PAGE else None,
        first_url=LIST if visit.after else None,
        may_issue=allows_somewhere(visit.actor.grants, Permission.CLIENTS_SECRET),
    )
    return visit.respond(page)


async def show_new(visit: Visit) -> Response:
    typed = {
        "agency": visit.actor.agency,
        "label": "",
        "hosts": "",
        "scope": " ".join(_DEFAULTS.scope),
        "security_profile": _DEFAULTS.security_profile,
        "kind": _DEFAULTS.kind,
        "uses": "1",
        "valid_days": "30",
        _STATEMENT: "",
    }
    return visit.respond(_new_page(visit, typed, frozenset(_DEFAULTS.grant_types)))


async def issue(visit: Visit) -> Response:
    """The token is on the page that follows, and nowhere else."""
    sent = visit.fields(*_TEXTS, _STATEMENT, *(f"{_GRANT}{grant}" for grant in GRANT_TYPES))
    chosen = frozenset(grant for grant in GRANT_TYPES if sent[f"{_GRANT}{grant}"])
    typed = {name: sent[name] for name in (*_TEXTS, _STATEMENT)}
    try:
        issued = await visit.dependencies.registration_tokens.issue(visit.actor, _command(visit, typed, chosen))
    except InvalidInputError as error:
        return visit.respond(_new_page(visit, typed, chosen, error.problems), 422)
    except NotFoundError:
        agency = typed["agency"]
        elsewhere = Problem("agency", "unknown-agency", f"{agency} is no agency today", "name one that stands")
        return visit.respond(_new_page(visit, typed, chosen, (elsewhere,)), 422)
    page = InitialTokenSecretPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        id=issued.token.id,
        label=issued.token.label,
        secret=issued.secret,
        endpoint=f"{visit.dependencies.web.issuer}{REGISTRATION}",
    )
    return visit.respond(page)


async def show(visit: Visit) -> Response:
    found = await visit.dependencies.registration_tokens.find(visit.actor, InitialTokenId(visit.name))
    return visit.respond(_page(visit, found))


async def revoke(visit: Visit) -> Response:
    """End a token; what it registered stays."""
    visit.fields()
    await visit.dependencies.registration_tokens.revoke(visit.actor, InitialTokenId(visit.name))
    return visit.see_other(f"{LIST}/{visit.name}?done=revoked")


def _command(visit: Visit, typed: Mapping[str, str], chosen: frozenset[str]) -> TokenCommand:
    policy = RegistrationPolicy(
        hosts=tuple(line.strip() for line in typed["hosts"].splitlines() if line.strip()),
        scope=tuple(typed["scope"].split()),
        grant_types=tuple(grant for grant in GRANT_TYPES if grant in chosen),
        security_profile=_profile(typed["security_profile"]),
        kind=_kind(typed["kind"]),
        software_statement_required=bool(typed[_STATEMENT]),
    )
    return TokenCommand(
        agency=typed["agency"].strip() or visit.actor.agency,
        label=typed["label"],
        policy=policy,
        uses=_number(typed["uses"]),
        valid_for=timedelta(days=_number(typed["valid_days"])),
    )


def _profile(typed: str) -> SecurityProfile:
    """Return the profile that was chosen; what the form does not offer is the plain one."""
    return next((name for name in PROFILES_GIVEN if name == typed), _DEFAULTS.security_profile)


def _kind(typed: str) -> ClientKind:
    return next((kind for kind in CLIENT_KINDS if kind == typed), _DEFAULTS.kind)


def _number(typed: str) -> int:
    """Return what was typed; what is no number is out of every range."""
    return int(typed) if fullmatch("[0-9]{1,4}", typed.strip()) else 0


def _new_page(
    visit: Visit, typed: Mapping[str, str], chosen: frozenset[str], problems: tuple[Problem, ...] = ()
) -> NewInitialTokenPage:
    return NewInitialTokenPage(
        other_language_url=visit.other_language_url,
        action=NEW,
        hidden=visit.hidden(),
        shell=visit.shell,
        typed=typed,
        grants=GRANT_TYPES,
        chosen=chosen,
        profiles=PROFILES_GIVEN,
        kinds=CLIENT_KINDS,
        problems=tuple(problem_shown(one) for one in problems),
    )


def _page(visit: Visit, found: TokenOverview) -> InitialTokenPage:
    token, policy = found.token, found.token.policy
    return InitialTokenPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        entry=_entry(token, visit.now, visit.locale),
        created_at=local_time(token.created_at, visit.locale),
        revoked_at=local_time(token.revoked_at, visit.locale) if token.revoked_at else "",
        hosts=policy.hosts,
        scope=policy.scope,
        grants=policy.grant_types,
        profile=policy.security_profile,
        kind=policy.kind,
        statement_required=policy.software_statement_required,
        came=tuple(
            CameEntry(client_id=one.client_id, registered_at=local_time(one.registered_at, visit.locale))
            for one in found.came
        ),
        gone=max(0, token.uses - token.uses_left - len(found.came)),
        may_revoke=token.usable(visit.now) and allows_somewhere(visit.actor.grants, Permission.CLIENTS_CHANGE),
        just_revoked=visit.query.get("done") == "revoked" and token.revoked_at is not None,
    )


def _entry(token: InitialToken, now: datetime, locale: Locale) -> TokenEntry:
    return TokenEntry(
        id=token.id,
        label=token.label,
        agency=token.agency,
        state=state_of(token, now),
        uses_left=token.uses_left,
        uses=token.uses,
        expires_at=local_time(token.expires_at, locale),
        created_by=token.created_by,
    )


def state_of(token: InitialToken, now: datetime) -> TokenState:
    """Return whether a token registers anything, and why not: what somebody did comes before what time did."""
    if token.revoked_at is not None:
        return "revoked"
    if token.uses_left < 1:
        return "used_up"
    return "usable" if now < token.expires_at else "over"
