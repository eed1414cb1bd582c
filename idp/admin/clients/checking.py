"""Tries what clients registered: one host at a time, once for each address, within a time that is known before."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field

from clients.model import KEY_METHODS, Client
from clients.profiles import profile_of
from clients.registry import ClientRegistry
from clients.tokens.encryption import is_encrypted_to
from idp.admin.clients.health import (
    CheckKind,
    Judged,
    Target,
    carried,
    is_watched,
    pause_after,
    targets_by_host,
)
from idp.admin.clients.health_ports import ClientChecks, LeasedHost
from idp.admin.clients.judgement import (
    FOR_SIGNATURES,
    KeyPurpose,
    judge_certificate,
    judge_failure,
    judge_key_set,
    judge_logout,
    judge_no_certificate,
)
from idp.kernel.clock import Clock
from idp.outbound.http import (
    CertificateReader,
    EgressError,
    HttpCaller,
    OutboundRequest,
    OutboundResponse,
    ShownCertificate,
)

_DEADLINE: Final = timedelta(seconds=5)
# As much as a key set may have where it is used (`oauth/client_keys.py`).
_MAX_BYTES: Final = 64 * 1024
# All that is tried at one host in one turn; what is left begins the next one. The lease is longer by one call.
_TURN: Final = timedelta(seconds=60)
LEASE: Final = timedelta(seconds=90)
# Somebody waits for it.
_PATIENCE: Final = timedelta(seconds=12)
_UNFINISHED: Final = timedelta(minutes=15)
# New hosts are tried within these, so that many of them at once are not tried at once.
_FIRST_FROM, _FIRST_WITHIN = timedelta(hours=1), timedelta(hours=3)
_HOSTS_AT_ONCE: Final = 4

Wanted = tuple[Client, Target]
Seen = OutboundResponse | ShownCertificate | EgressError


class ClientChecking(Struct):
    """Tries what is due, and what somebody asks for now."""

    registry: ClientRegistry
    checks: ClientChecks
    caller: HttpCaller
    certificates: CertificateReader
    clock: Clock
    # A number from 0 to 1 each time.
    dice: Callable[[], float] = lambda: secrets.randbelow(1001) / 1000
    _planned: set[str] = field(default_factory=set)
    # What there is to try, and the version of the registry that it was made of.
    _made: tuple[int, Mapping[str, Sequence[Wanted]]] | None = None

    async def plan(self) -> None:
        """Plan one try a day for the hosts of all watched clients; what this process has planned costs nothing."""
        hosts = set(self._watched()) - self._planned
        if hosts:
            first = self.clock.now() + _FIRST_FROM + (_FIRST_WITHIN - _FIRST_FROM) * self.dice()
            await self.checks.plan(sorted(hosts), first)
            self._planned |= hosts

    async def check_due(self) -> int:
        """Try the hosts that are due, a few at once, and return how many those were. Any number of processes may."""
        now = self.clock.now()
        leased = await self.checks.lease(now, now + LEASE, _HOSTS_AT_ONCE)
        if leased:
            watched = self._watched()
            await asyncio.gather(*(self._turn(one, turned(watched.get(one.host, ()), one.turn)) for one in leased))
        return len(leased)

    async def check_now(self, client: Client) -> None:
        """Try everything of one client now, but what somebody else is trying at this moment.

        Others at its hosts come after it, so that nobody who asks often puts off their turn.
        """
        own, watched, now = targets_by_host([client]), self._watched(), self.clock.now()
        taken = [await self.checks.take(host, now, now + LEASE) for host in own]
        await asyncio.gather(
            *(
                self._turn(one, [*own[one.host], *_but(watched.get(one.host, ()), client)], _PATIENCE)
                for one in taken
                if one is not None
            )
        )

    def _watched(self) -> Mapping[str, Sequence[Wanted]]:
        """Return what there is to try at each host; made anew only when a client has changed."""
        version = self.registry.version
        if self._made is None or self._made[0] != version:
            self._made = version, targets_by_host(self.registry.every(is_watched))
        return self._made[1]

    async def _turn(self, leased: LeasedHost, wanted: Sequence[Wanted], within: timedelta = _TURN) -> None:
        if not wanted:
            self._planned.discard(leased.host)
            await self.checks.forget(leased)
            return
        before = {(one.client_id, one.target): one for one in await self.checks.at_host(leased.host)}
        addresses = list(dict.fromkeys(target for _, target in wanted))
        seen = await self._see(addresses, within)
        now = self.clock.now()
        results = [
            carried(
                before.get((client.client_id, target)), client, target, judge(client, target, seen[target], now), now
            )
            for client, target in wanted
            if target in seen
        ]
        pause = pause_after(results, now, self.dice()) if len(seen) == len(addresses) else _UNFINISHED
        await self.checks.record(leased, results, now + pause)

    async def _see(self, targets: Iterable[Target], within: timedelta) -> dict[Target, Seen]:
        """Return what each target shows, one after the other; those that the time of a turn does not reach are left."""
        seen: dict[Target, Seen] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                for target in targets:
                    seen[target] = await self._look(target)
        return seen

    async def _look(self, target: Target) -> Seen:
        try:
            match target.kind:
                case CheckKind.CERTIFICATE:
                    host, _, port = target.address.rpartition(":")
                    return await self.certificates.certificate(host, int(port), _DEADLINE)
                case CheckKind.KEY_SET:
                    return await self.caller.call(_fetch(target.address))
                case CheckKind.LOGOUT:
                    return await self.caller.call(_knock(target.address))
        except EgressError as error:
            return error


async def check_key_set(caller: HttpCaller, client: Client, address: str) -> Judged:
    """Return how a key set looks that somebody is about to register."""
    try:
        return judge_key_set(profile_of(client), await caller.call(_fetch(address)), _purposes(client))
    except EgressError as error:
        return judge_failure(error)


def _purposes(client: Client) -> frozenset[KeyPurpose]:
    """Return what the keys of a client are for."""
    signs = client.token_endpoint_auth_method in KEY_METHODS
    uses: tuple[tuple[KeyPurpose, bool], ...] = (("sig", signs), ("enc", is_encrypted_to(client)))
    return frozenset(purpose for purpose, needed in uses if needed) or FOR_SIGNATURES


def judge(client: Client, target: Target, seen: Seen, now: datetime) -> Judged:
    """Return what was seen of a target, as it is for a client."""
    match seen:
        case ShownCertificate():
            return judge_certificate(seen, now)
        case OutboundResponse():
            if target.kind is not CheckKind.KEY_SET:
                return judge_logout(seen)
            return judge_key_set(profile_of(client), seen, _purposes(client))
        case EgressError():
            return judge_no_certificate(seen) if target.kind is CheckKind.CERTIFICATE else judge_failure(seen)


def turned(wanted: Sequence[Wanted], turn: int) -> Sequence[Wanted]:
    """Return the hosts in another order each turn, so that one that does not answer never keeps the others back."""
    start = turn % len(wanted) if wanted else 0
    return [*wanted[start:], *wanted[:start]]


def _but(wanted: Iterable[Wanted], client: Client) -> Iterable[Wanted]:
    return (one for one in wanted if one[0].client_id != client.client_id)


def _fetch(address: str) -> OutboundRequest:
    return OutboundRequest(
        "GET", address, _DEADLINE, headers={"Accept": "application/json"}, max_response_bytes=_MAX_BYTES
    )


def _knock(address: str) -> OutboundRequest:
    """Return a notice without a token: it names nobody, so nobody is logged out (OIDC Back-Channel Logout 2.5)."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return OutboundRequest("POST", address, _DEADLINE, headers=headers, max_response_bytes=_MAX_BYTES)
