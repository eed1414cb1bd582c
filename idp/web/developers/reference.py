"""The reference of portal teams, read from the tables that decide: nothing in it is typed by hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import get_args, get_type_hints

from msgspec.structs import fields

from clients.addresses.redirect_uris import RULES as REDIRECT_RULES
from clients.consistency import RULES
from clients.metadata import registered_members
from clients.model import SECURITY_PROFILES, Client
from idp.protocol.discovery import discovery_document
from idp.protocol.endpoints import DISCOVERY
from idp.protocol.policy import GOVERNED_SCOPES, SCOPES, ProtocolPolicy
from idp.protocol.sender.mutual_tls import MutualTls
from idp.sign_in.levels import FACTORS, MULTIPLE, levels
from idp.web.account.released_claims import CLAIM_TEXTS
from idp.web.developers.pages import Endpoint, LevelRow, LifetimeRow, MemberRow, ReferencePage, ScopeRow

# A registration without these is refused (clients.metadata).
_REQUIRED = frozenset({"client_id", "client_name"})
AMR_VALUES = (*sorted(FACTORS), MULTIPLE)


def reference_page(
    *,
    issuer: str,
    endpoints: Mapping[str, str],
    policy: ProtocolPolicy,
    now: datetime,
    other_language_url: str,
    mutual_tls: MutualTls | None = None,
) -> ReferencePage:
    """Return the page of what runs now; `endpoints` are the routed paths by their names in discovery."""
    document = discovery_document(issuer, endpoints, mutual_tls)
    return ReferencePage(
        other_language_url=other_language_url,
        discovery_url=f"{issuer}{DISCOVERY}",
        metadata=tuple((name, _shown(value)) for name, value in document.items() if name not in endpoints),
        endpoints=tuple(_endpoint(name, document) for name in endpoints),
        scopes=tuple(_scope(name, claims) for name, claims in SCOPES.items()),
        levels=tuple(
            LevelRow(acr=level.acr, needs_proof=level.needs_proof, ways=tuple(sorted(map(_way, level.ways))))
            for level in levels()
        ),
        factors=AMR_VALUES,
        lifetimes=tuple(
            LifetimeRow(name=one.name, span=span)
            for one in fields(policy)
            if isinstance(span := getattr(policy, one.name), timedelta)
        ),
        profiles=SECURITY_PROFILES,
        redirect_rules=tuple(rule.name for rule in REDIRECT_RULES),
        members=member_rows(now),
    )


def member_rows(now: datetime) -> tuple[MemberRow, ...]:
    """Return the members of a registration with their rules, the required ones first."""
    names, blank = registered_members(now)
    hints = get_type_hints(Client)
    rows = [
        MemberRow(
            name=name,
            choices=_choices(hints.get(name)),
            default=_default(getattr(blank, name, None)),
            required=name in _REQUIRED,
            rules=tuple(rule.name for rule in RULES if rule.field == name),
        )
        for name in names
    ]
    return tuple(sorted(rows, key=lambda row: not row.required))


def _endpoint(name: str, document: Mapping[str, object]) -> Endpoint:
    methods = document.get(f"{name}_auth_methods_supported")
    return Endpoint(name=name, address=str(document[name]), methods=_shown(methods) if methods else ())


def _scope(name: str, claims: tuple[str, ...]) -> ScopeRow:
    return ScopeRow(
        name=name,
        claims=claims,
        meanings=tuple(dict.fromkeys(CLAIM_TEXTS[claim] for claim in claims)),
        governed=name in GOVERNED_SCOPES,
    )


def _way(factors: frozenset[str]) -> str:
    return " + ".join(sorted(factors))


def _shown(value: object) -> tuple[str, ...]:
    match value:
        case bool():
            return ("true" if value else "false",)
        case list() | tuple():
            return tuple(str(one) for one in value)
        case dict():
            return tuple(f"{name}: {', '.join(_shown(one))}" for name, one in value.items())
        case _:
            return (str(value),)


def _choices(hint: object) -> tuple[str, ...]:
    """Return the values of a `Literal`, also inside a tuple or beside None; none where any text goes."""
    parts = get_args(hint)
    if parts and all(isinstance(part, str) for part in parts):
        return parts
    return tuple(choice for part in parts for choice in _choices(part))


def _default(value: object) -> str:
    """Return a default as a registration would write it; "" where there is none."""
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return " ".join(str(one) for one in value)
        case str():
            return value
        case _:
            return ""
