"""What applying a client file would change. Pure: nothing is read, written or made here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct
from msgspec.structs import fields

from clients.addresses.redirect_uris import host_rule
from clients.client_secret import usable_secrets, verify_secret
from clients.metadata import ClientEntry
from clients.model import SECRET_METHODS, Client, ClientId
from clients.profiles import profile_of
from records.structs import Unprinted, replace

# What the registry itself owns: a file neither states nor changes it.
_NOT_IN_FILES = frozenset(
    {"client_id", "secrets", "disabled_at", "version", "created_at", "updated_at", "resource_agency", "logo"}
)


class SecretAction(Enum):
    """What happens to a client's secrets."""

    KEEP = "keep"
    MAKE = "make"  # a new one, printed once
    SET = "set"  # the literal one of the file; those before it end at once
    REMOVE = "remove"


class Difference(Struct, frozen=True):
    """One member that would change, as texts for people; secrets are never among them."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.field}: {self.before} -> {self.after}"


class PlannedClient(Unprinted, Struct, frozen=True):
    """A client as it is to be saved, secrets apart."""

    client: Client
    secret_action: SecretAction
    literal_secret: str | None = None
    differences: tuple[Difference, ...] = ()
    expected_version: int | None = None
    # Another agency has it from then on; a client that had none is not anybody's to give.
    is_given_away: bool = False


class ApplyPlan(Struct, frozen=True):
    """Everything a file asks for, sorted by what must be done about it."""

    created: tuple[PlannedClient, ...]
    changed: tuple[PlannedClient, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[str, ...]
    # Registered clients that the file does not name: they stay as they are.
    unnamed: tuple[str, ...] = ()


def plan(existing: Iterable[Client], desired: Sequence[ClientEntry], pepper: bytes, now: datetime) -> ApplyPlan:
    """Compare the file's entries with the registry. Clients the file does not name stay as they are."""
    stored = {client.client_id: client for client in existing}
    planned = [_plan_one(stored, entry, pepper, now) for entry in desired]
    created = tuple(one for one in planned if one.expected_version is None)
    changed = tuple(one for one in planned if one.expected_version is not None and one.differences)
    unchanged = tuple(
        one.client.client_id for one in planned if one.expected_version is not None and not one.differences
    )
    named = {entry.client.client_id for entry in desired}
    unnamed = tuple(sorted(client_id for client_id in stored if client_id not in named))
    return ApplyPlan(created, changed, unchanged, tuple(_warn(stored, planned)), unnamed)


def _plan_one(stored: Mapping[ClientId, Client], entry: ClientEntry, pepper: bytes, now: datetime) -> PlannedClient:
    known = stored.get(entry.client.client_id)
    action = _choose_secret_action(known, entry, pepper, now)
    if known is None:
        return PlannedClient(entry.client, action, entry.client_secret)
    wanted = merge(known, with_kept_defaults(known, entry.client, entry.stated), now)
    differences = (*compare(known, wanted), *_describe_secret(action))
    is_given_away = known.agency is not None and wanted.agency != known.agency
    return PlannedClient(wanted, action, entry.client_secret, differences, known.version, is_given_away)


def with_kept_defaults(known: Client, wanted: Client, stated: Collection[str]) -> Client:
    """Return a client with what it was registered with, where nothing is said and the default is another today.

    A portal that checks its tokens by one algorithm must not meet another because a file was applied again.
    """
    if "id_token_signed_response_alg" in stated:
        return wanted
    return replace(wanted, id_token_signed_response_alg=known.id_token_signed_response_alg)


def merge(known: Client, wanted: Client, now: datetime) -> Client:
    """Return the wanted client with what the registry owns of the known one: secrets, state, sector, version."""
    sector = wanted.sector_identifier
    if known.stage == "production" and wanted.subject_type == "pairwise" and wanted.sector_identifier_uri is None:
        # The sector stays when the portal's host changes; else every person would become a stranger to it. In the
        # sandbox nobody is known yet: what it was once registered with must not follow it out of there.
        sector = known.sector_identifier or sector
    return replace(
        wanted,
        sector_identifier=sector,
        resource_agency=known.resource_agency,
        # Another address, another picture.
        logo=known.logo if wanted.logo_uri == known.logo_uri else None,
        secrets=known.secrets,
        disabled_at=known.disabled_at,
        version=known.version,
        created_at=known.created_at,
        updated_at=now,
    )


def _choose_secret_action(known: Client | None, entry: ClientEntry, pepper: bytes, now: datetime) -> SecretAction:
    secrets = known.secrets if known else ()
    if entry.client.token_endpoint_auth_method not in SECRET_METHODS:
        return SecretAction.REMOVE if secrets else SecretAction.KEEP
    if entry.client_secret is not None:
        return SecretAction.KEEP if verify_secret(secrets, entry.client_secret, pepper, now) else SecretAction.SET
    wanted = replace(entry.client, secrets=secrets)
    return SecretAction.KEEP if usable_secrets(wanted, now) else SecretAction.MAKE


def _describe_secret(action: SecretAction) -> tuple[Difference, ...]:
    texts: dict[SecretAction, tuple[str, str]] = {
        SecretAction.MAKE: ("none", "a new one"),
        SecretAction.SET: ("another", "the one in the file"),
        SecretAction.REMOVE: ("registered", "none"),
    }
    return (Difference("client_secret", *texts[action]),) if action in texts else ()


def compare(known: Client, wanted: Client) -> tuple[Difference, ...]:
    """Return the members that differ, as texts for people."""
    names = [member.name for member in fields(Client) if member.name not in _NOT_IN_FILES]
    return tuple(
        Difference(name, _show(before), _show(after))
        for name in names
        if (before := getattr(known, name)) != (after := getattr(wanted, name))
    )


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return "none" if value is None else str(value)


def _warn(stored: Mapping[ClientId, Client], planned: Iterable[PlannedClient]) -> Iterable[str]:
    for one in planned:
        client, known = one.client, stored.get(one.client.client_id)
        if (warning := profile_of(client).warning) is not None:
            yield f"{client.client_id}: {warning}"
        for uri in client.redirect_uris:
            advice = host_rule(uri, client.sector)
            if advice is not None:
                yield f"{client.client_id}: {advice}"
        if known is not None and known.sector_identifier not in {None, client.sector_identifier}:
            yield (
                f"{client.client_id}: the sector changes from {known.sector_identifier} to "
                f"{client.sector_identifier}, so the portal will know every person by a new subject"
            )
