"""What the packages above need to read of organisations and of mandates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.account.model import SignInRecord
from idp.delegation.model import ActingView, Mandate, MandateView, Organisation
from idp.kernel.ids import MandateId, OrganisationId, PersonId


class MandateReader(Protocol):
    """Reads mandates. What has ended stays readable for a while, so that both sides see how it ended."""

    async def by_id(self, mandate_id: MandateId) -> MandateView | None:
        """Return one mandate, whatever has become of it."""

    async def held_by(self, person_id: PersonId, ended_after: datetime) -> Sequence[MandateView]:
        """Return what a person accepted and still holds, or held until after an instant; the newest first."""

    async def offered_to(self, actor_index: bytes, now: datetime) -> Sequence[MandateView]:
        """Return the open offers to whoever has the number of this index; the newest first."""

    async def given_by(self, person_id: PersonId, ended_after: datetime) -> Sequence[MandateView]:
        """Return what a person gave, whether accepted or not, unless it ended before; the newest first."""

    async def for_principal(self, principal_id: str, ended_after: datetime) -> Sequence[MandateView]:
        """Return all mandates for a principal, unless they ended before; the newest first."""

    async def standing(self, person_id: PersonId, now: datetime) -> Sequence[ActingView]:
        """Return what a person may use now, in the order in which it was accepted."""

    async def run_out(self, now: datetime, limit: int) -> Sequence[Mandate]:
        """Return mandates whose end has come and which nobody has ended yet."""

    async def objected_by(self, objection_hash: bytes) -> Mandate | None:
        """Return the claim that waits and that whoever has this code may end."""

    async def waited(self, now: datetime, limit: int) -> Sequence[Mandate]:
        """Return first claims whose wait is over and which nobody ended or suspended, the longest due first."""

    async def suspended_before(self, instant: datetime, limit: int) -> Sequence[Mandate]:
        """Return the mandates of former representatives and guardians that have waited since before an instant.

        Not those that rest because a register is silent.
        """


class OrganisationReader(Protocol):
    """Reads organisations."""

    async def by_id(self, organisation_id: OrganisationId) -> Organisation | None:
        """Return an organisation."""

    async def by_code(self, code_index: bytes) -> Organisation | None:
        """Return the organisation whose code has this index."""


class PersonReader(Protocol):
    """Finds where a person can be told something."""

    async def open_account_of(self, person_id: PersonId) -> SignInRecord | None:
        """Return the open account of a person, or None."""
