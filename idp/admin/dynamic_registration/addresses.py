"""What is fetched of a registration that a token has proved: its sector, its logo, its keys."""

import asyncio
from datetime import datetime

from msgspec import Struct

from clients.errors import Problem, RuleBrokenError
from clients.model import Client
from idp.admin.clients.field_rules import changed_members
from idp.admin.clients.health import CheckCause, Judged
from idp.admin.clients.key_set import KeySetCheck
from idp.admin.clients.key_set import problem_of as key_problem
from idp.admin.clients.logo import KeepLogo, LogoFetch
from idp.admin.clients.logo import problem_of as logo_problem
from idp.admin.clients.sector_document import OF_THE_SECTOR, SectorCheck
from idp.protocol.dynamic_registration.errors import refused

# What came and can never verify anything. A server that is not up yet is no reason: many register as they start.
_NO_KEYS = frozenset({CheckCause.NO_KEY_SET, CheckCause.PRIVATE_KEY, CheckCause.NO_USABLE_KEY, CheckCause.OVERSIZED})


class AddressChecks(Struct, frozen=True):
    """Fetches by the rules of every outbound call: each once, all at once, within five seconds."""

    key_sets: KeySetCheck
    logos: LogoFetch
    sectors: SectorCheck

    async def checked(self, client: Client, known: Client | None, now: datetime) -> tuple[Client, tuple[KeepLogo, ...]]:
        """Return a client with its logo, and what keeps the picture. Raises `RegistrationError`.

        Of an update only what is new is fetched: `known` is the client as it was.
        """
        logo, sector, judged = await asyncio.gather(
            self._logo(client, now), self._sector(client, known), self._keys(client, known)
        )
        problems = [one for one in (logo if isinstance(logo, Problem) else None, sector, judged) if one is not None]
        if isinstance(logo, Problem) or problems:
            raise refused(problems)
        return logo

    async def _logo(self, client: Client, now: datetime) -> tuple[Client, tuple[KeepLogo, ...]] | Problem:
        try:
            return await self.logos.with_logo(client, now)
        except RuleBrokenError as error:
            return logo_problem(error)

    async def _sector(self, client: Client, known: Client | None) -> Problem | None:
        if known is not None and not OF_THE_SECTOR & changed_members(known, client):
            return None
        finding = await self.sectors.check(client)
        return finding.problem if finding is not None else None

    async def _keys(self, client: Client, known: Client | None) -> Problem | None:
        judged: Judged | None = None
        if known is None or known.jwks_uri != client.jwks_uri:
            judged = await self.key_sets.check(client)
        return key_problem(judged) if judged is not None and judged.cause in _NO_KEYS else None
