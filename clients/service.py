"""Applying plans, disabling clients, rotating their secrets."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from clients.client_secret import hash_secret, new_client_secret
from clients.errors import NoSecretError
from clients.model import SECRET_METHODS, Client, ClientSecret
from clients.plan import ApplyPlan, PlannedClient, SecretAction
from clients.policy import SECRET_OVERLAP
from clients.ports import ClientStore
from clients.resources import with_owner
from records.structs import Unprinted, replace


class Applied(Unprinted, Struct, frozen=True):
    """The saved clients, and the secrets that were made, by client_id: shown once, never stored."""

    clients: tuple[Client, ...]
    made_secrets: Mapping[str, str]


async def apply(store: ClientStore, plan: ApplyPlan, pepper: bytes, now: datetime) -> Applied:
    """Save what the plan creates and changes; ClientChangedError if a client is no longer as it was planned for."""
    saved: list[Client] = []
    made: dict[str, str] = {}
    for one in (*plan.created, *plan.changed):
        secret, secrets = _decide_secrets(one, pepper, now)
        client = replace(one.client, secrets=secrets)
        if client.audience is not None or client.resource_agency is not None:
            client = with_owner(client, await store.load_all())
        saved.append(await store.save(client, expected_version=one.expected_version))
        if secret is not None and one.secret_action is SecretAction.MAKE:
            made[client.client_id] = secret
    return Applied(tuple(saved), made)


async def disable(store: ClientStore, client: Client, now: datetime) -> Client:
    """Stop everything for the client at once; a disabled one keeps the time it was first disabled."""
    if not client.active:
        return client
    stopped = replace(client, disabled_at=now, updated_at=now)
    return await store.save(stopped, expected_version=client.version)


async def rotate_secret(
    store: ClientStore, client: Client, pepper: bytes, now: datetime, *, overlap: timedelta = SECRET_OVERLAP
) -> tuple[Client, str]:
    """Give the client a new secret and return it; the old ones work for `overlap` more, zero ends them at once.

    Raises NoSecretError for a client that authenticates otherwise.
    """
    if client.token_endpoint_auth_method not in SECRET_METHODS:
        raise NoSecretError(f"{client.client_id} uses no secret ({client.token_endpoint_auth_method})")
    rotated, secret = with_new_secret(client, pepper, now, overlap)
    return await store.save(rotated, expected_version=client.version), secret


def with_new_secret(client: Client, pepper: bytes, now: datetime, overlap: timedelta) -> tuple[Client, str]:
    """Return the client with a new secret beside the old ones, which end after `overlap`, and the secret."""
    secret, fresh = new_client_secret(client.token_endpoint_auth_method, pepper, now)
    kept = tuple(old for old in ending(client.secrets, now + overlap) if old.usable(now))
    return replace(client, secrets=(fresh, *kept), updated_at=now), secret


def ending(secrets: Iterable[ClientSecret], at: datetime) -> tuple[ClientSecret, ...]:
    """Return the secrets, none of which works longer than until `at`."""
    return tuple(_end(secret, at) for secret in secrets)


def _decide_secrets(one: PlannedClient, pepper: bytes, now: datetime) -> tuple[str | None, tuple[ClientSecret, ...]]:
    """Return the secret of a plan, if there is a new one, and what is kept."""
    if one.secret_action is SecretAction.KEEP:
        return None, one.client.secrets
    if one.secret_action is SecretAction.MAKE:
        made, kept = new_client_secret(one.client.token_endpoint_auth_method, pepper, now)
        return made, (kept,)
    literal = one.literal_secret
    return literal, (() if literal is None else (ClientSecret(hash_secret(literal, pepper), now),))


def _end(secret: ClientSecret, at: datetime) -> ClientSecret:
    ends_sooner = secret.expires_at is not None and secret.expires_at <= at
    return secret if ends_sooner else replace(secret, expires_at=at)
