"""From a request to a client: the token's policy, the statement, the client's own members, the registry's rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from clients.document import Document, document_of
from clients.errors import MetadataError, Problem
from clients.metadata import parse_entry
from clients.model import Client, ClientId
from clients.plan import merge
from clients.profiles import PROFILES
from clients.templates import TEMPLATES
from idp.protocol.dynamic_registration.errors import refused
from idp.protocol.dynamic_registration.members import KNOWN, REGISTRABLE, chosen_members
from idp.protocol.dynamic_registration.policy import RegistrationPolicy, beyond_policy

# OIDC Registration 2; everything else that is new begins with ES256 (decision 79).
_SIGNED_BY = "RS256"


class Registrant(Struct, frozen=True):
    """Who registers: what the initial access token allows, and for which agency."""

    policy: RegistrationPolicy
    agency: str


def new_client(
    registrant: Registrant, client_id: ClientId, document: Document, signed: Mapping[str, object], now: datetime
) -> Client:
    """Return the client that a request registers, in the sandbox. Raises `RegistrationError` with every problem.

    `signed` are the members that a software statement asserts: they win (RFC 7591 2.3).
    """
    chosen, problems = chosen_members(document, None)
    return _read(registrant, client_id, {**chosen, **_signed(signed, problems)}, problems, now)


def changed_client(
    registrant: Registrant, known: Client, document: Document, signed: Mapping[str, object], now: datetime
) -> Client:
    """Return a client as an update says it whole (RFC 7592 2.2): what is left out falls to its default.

    What the agency decides stays as it is.
    """
    chosen, problems = chosen_members(document, known.client_id)
    kept = {name: value for name, value in document_of(known).items() if name in KNOWN and name not in REGISTRABLE}
    read = _read(registrant, known.client_id, {**chosen, **_signed(signed, problems)}, problems, now, kept)
    return merge(known, read, now)


def _signed(signed: Mapping[str, object], problems: list[Problem]) -> Document:
    chosen, wrong = chosen_members(signed, None)
    problems += wrong
    return chosen


def _read(
    registrant: Registrant,
    client_id: ClientId,
    chosen: Document,
    problems: Sequence[Problem],
    now: datetime,
    kept: Mapping[str, object] | None = None,
) -> Client:
    if problems:
        raise refused(problems)
    entry = {**_defaults(registrant, client_id, chosen), **chosen, **(kept or _decided(registrant))}
    try:
        client = parse_entry({**entry, "client_id": client_id}, now).client
    except MetadataError as error:
        raise refused(error.problems) from error
    if beyond := list(beyond_policy(registrant.policy, client)):
        raise refused(beyond)
    return client


def _decided(registrant: Registrant) -> Document:
    """Return what the token decides: the kind's template, for whatever is not the client's own to say."""
    policy = registrant.policy
    template = TEMPLATES[policy.kind].members
    decided = {name: value for name, value in template.items() if name not in REGISTRABLE}
    return {**decided, "stage": "sandbox", "agency": registrant.agency, "security_profile": policy.security_profile}


def _defaults(registrant: Registrant, client_id: ClientId, chosen: Document) -> Document:
    """Return what stands where a request says nothing. A scope is given as far as the token gives it."""
    policy, profile = registrant.policy, PROFILES[registrant.policy.security_profile]
    usual = [one for one in profile.default_scope if one in policy.scope]
    algorithm = profile.default_alg if _SIGNED_BY in profile.refused_algorithms else _SIGNED_BY
    defaults: Document = {"id_token_signed_response_alg": algorithm, "scope": " ".join(usual or policy.scope)}
    if not any(name.startswith("client_name") for name in chosen):
        defaults["client_name"] = client_id
    elif "client_name" not in chosen:
        # The registry wants one without a language; the first is as good as any.
        defaults["client_name"] = next(value for name, value in chosen.items() if name.startswith("client_name#"))
    return defaults
