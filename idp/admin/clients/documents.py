"""What an administrator wants a client to be: read, checked, and held against what administrators may not say."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import orjson

from clients.addresses.local_addresses import loopback_members
from clients.consistency import derive_sector
from clients.document import Document, document_of, restored
from clients.errors import MetadataError, Problem, RuleBrokenError
from clients.metadata import parse_entry
from clients.model import SECRET_METHODS, Client
from clients.plan import merge, with_kept_defaults
from clients.profiles import profile_of
from clients.service import ending
from idp.admin.changes.model import UNDO_WITHIN
from idp.admin.clients.provider_rules import provider_problems
from idp.admin.errors import InvalidInputError
from records.structs import replace

# Every token of a sign-in has it; nothing about the person comes by it.
_FREE_SCOPES = frozenset({"openid", "offline_access"})


def read_raw(text: str) -> Document:
    """Return the JSON object that somebody typed. Raises `InvalidInputError` for what is none."""
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # The place helps; the parser's own words would be in one language only.
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInputError([Problem("raw", "json", f"it is not JSON ({where})", "correct it there")]) from error
    if not isinstance(found, dict):
        raise InvalidInputError([Problem("raw", "json", "it is not one JSON object", "write {…}")])
    return found


def read_new(document: Document, now: datetime) -> Client:
    """Return the client that a document registers, in the sandbox. Raises `InvalidInputError` with every problem."""
    client = _read({"stage": "sandbox", **document}, now)
    problems = list(_beyond_administrators(document, client))
    if client.stage != "sandbox":
        problems.append(
            Problem("stage", "sandbox-first", "a client begins in the sandbox", "register it, then ask for production")
        )
    if client.agency is None:
        problems.append(Problem("agency", "required", "it is missing", "name the agency that answers for the client"))
    if client.kind is None:
        problems.append(Problem("kind", "required", "it is missing", "choose the template that it begins with"))
    return _checked(client, problems)


def read_change(known: Client, document: Document, now: datetime, *, local: bool = False) -> Client:
    """Return the client as it would be, with what the registry owns of the known one. Raises `InvalidInputError`.

    `local`: the provider itself is on this machine alone, and so its portals may be.
    """
    read = _read(document, now)
    problems = list(_beyond_administrators(document, read))
    if read.client_id != known.client_id:
        problems.append(Problem("client_id", "fixed", "a client keeps its id", f"write {known.client_id}"))
    if known.stage == "production" and read.stage == "sandbox":
        problems.append(Problem("stage", "no-way-back", "people use the client", "stop it, or register another"))
    if read.stage == "production":
        problems.extend(_unfounded(known, read))
        problems.extend(() if local else _on_the_askers_machine(read))
    wanted = with_kept_defaults(known, _checked(read, problems), document.keys())
    return _with_secrets_ending(merge(known, wanted, now), known, now)


def read_stored(known: Client, document: Document, now: datetime) -> Client:
    """Return the client as a document of its past says, whatever today's rules say of it."""
    was = restored(document, known)
    with suppress(RuleBrokenError):
        was = replace(was, sector_identifier=derive_sector(was))
    return _with_secrets_ending(merge(known, was, now), known, now)


def _with_secrets_ending(wanted: Client, known: Client, now: datetime) -> Client:
    if wanted.token_endpoint_auth_method not in SECRET_METHODS:
        # They work no more at once, as the method is another; for a day they are kept, for undoing.
        wanted = replace(wanted, secrets=ending(known.secrets, now + UNDO_WITHIN))
    return wanted


def without_scopes(document: Document, refused: frozenset[str]) -> Document:
    """Return a document that asks for fewer scopes: those that were not approved are gone, with their legal basis."""
    scope, basis = document.get("scope"), document.get("legal_basis")
    kept: Document = dict(document)
    if isinstance(scope, str):
        kept["scope"] = " ".join(one for one in scope.split(" ") if one not in refused)
    if isinstance(basis, dict):
        kept["legal_basis"] = {name: text for name, text in basis.items() if name not in refused}
    return kept


def scopes_of(document: Document) -> tuple[str, ...]:
    """Return the scopes that a document asks for."""
    scope = document.get("scope")
    return tuple(scope.split(" ")) if isinstance(scope, str) else ()


def asked_scopes(before: Document, after: Document) -> tuple[str, ...]:
    """Return the scopes that are approved one by one: those that the change adds, or all on the way to production."""
    enters = after.get("stage") == "production" != before.get("stage")
    known = frozenset[str]() if enters else frozenset(scopes_of(before))
    return tuple(scope for scope in scopes_of(after) if scope not in known and scope not in _FREE_SCOPES)


def _read(document: Document, now: datetime) -> Client:
    try:
        return parse_entry(document, now).client
    except MetadataError as error:
        raise InvalidInputError(error.problems) from error


def _beyond_administrators(document: Document, client: Client) -> Iterator[Problem]:
    if "client_secret" in document:
        yield Problem("client_secret", "made-here", "secrets are made by the provider", "remove it")
    if profile_of(client).operators_only:
        yield Problem("security_profile", "certification", "it is for certification suites only", "choose standard")
    yield from provider_problems(client)


def _on_the_askers_machine(client: Client) -> Iterator[Problem]:
    """Yield the addresses of a portal in use that lead to whoever follows them; an app's do (RFC 8252 7.3)."""
    for name in sorted(loopback_members(client)) if client.application_type == "web" else ():
        yield Problem(name, "loopback-address", "in production nobody is at this address", "use the public address")


def _unfounded(known: Client, wanted: Client) -> Iterator[Problem]:
    for scope in asked_scopes(document_of(known), document_of(wanted)):
        if scope not in wanted.legal_basis:
            yield Problem(
                "legal_basis",
                "basis-required",
                f"the scope {scope} releases data about people and has no legal basis",
                f"write the law or decision that lets the client ask for {scope}",
            )


def _checked(client: Client, problems: list[Problem]) -> Client:
    if problems:
        raise InvalidInputError(problems)
    return client
