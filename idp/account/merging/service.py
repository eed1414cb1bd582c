"""Merges two accounts of one person; the merge can be undone for thirty days."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
import orjson
from msgspec import Struct

from clients.model import Client
from idp.account.merging.merged_mandates import counted, joined
from idp.account.merging.merged_values import lacking, sealed_for
from idp.account.merging.model import (
    MERGE_PLACE,
    UNDO_FOR,
    AbsorbAccount,
    Belongings,
    HoldsStill,
    JoinMandates,
    KeepOpen,
    KeepSubjects,
    Merge,
    MergeBefore,
    MergeReader,
)
from idp.account.merging.unmerging import CLAIMS, MergeMissedError, MergeRefusedError, Unmerging, opened
from idp.account.model import PROFILE_PLACE, AccountStatus
from idp.account.own_choices import ReplaceProfile
from idp.delegation.effects import HoldSide
from idp.grants.revocation import StopCodes
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.proof_ports import Identities
from idp.proofing.values.names import NameMatch, compare_names
from idp.protocol.tokens.subjects import subject_space
from idp.sessions.policy import TELL_FOR

_MERGED = "account_merged"


class AccountName(Struct, frozen=True):
    """One account and its person."""

    person_id: PersonId
    account_id: AccountId


class Merging(Struct, frozen=True):
    """Merges accounts. `clients` are all registered ones: what a sector knows follows from its clients."""

    reader: MergeReader
    identities: Identities
    clients: tuple[Client, ...]
    ledger: Ledger
    sealer: Sealer

    async def merge(
        self,
        stays: AccountName,
        goes: AccountName,
        done_by: str,
        now: datetime,
        *further: Effect,
        claims: tuple[Effect, ...] = (),
    ) -> Merge:
        """Merge, with `further` effects in the same commit; raise `MergeRefusedError` where that cannot be.

        `claims` are decided before anything changes, once both accounts are held.
        """
        ours, theirs = await self._both(stays, goes)
        sectors = await self._sectors(stays, goes, ours, theirs)
        profile, brought = self._profile(stays, goes, ours, theirs)
        mandates = await self.reader.mandates(stays.person_id, goes.person_id)
        numbers = frozenset(bytes.fromhex(index) for index, _ in (*ours.identifiers, *theirs.identifiers))
        above = await self.reader.above(stays.person_id, goes.person_id)
        acting = joined(mandates, stays.person_id, goes.person_id, numbers, now, above)
        before = MergeBefore(
            stays.account_id,
            theirs.status,
            theirs.locked_for,
            # One that both had stays with either, and never comes along.
            lacking(theirs.identifiers, ours.identifiers),
            lacking(theirs.contacts, ours.contacts),
            lacking(theirs.consents, ours.consents),
            list(theirs.links),
            list(acting.held),
            sectors,
            brought,
            list(acting.given),
            list(acting.helped),
            dict(acting.ended),
            dict(acting.under),
        )
        merge_id, until = new_id(), now + UNDO_FOR
        sealed = self.sealer.seal(msgspec.json.encode(before), MERGE_PLACE.of(merge_id))
        merge = Merge(merge_id, stays.person_id, goes.person_id, goes.account_id, sealed, done_by, now, until)
        if not await self.ledger.commit(
            *_held(stays, goes),
            *claims,
            KeepOpen(account_id=stays.account_id, person_id=stays.person_id),
            JoinMandates(merge=merge, before=before, counts=counted(mandates), gives_up_at=now + TELL_FOR),
            _still(goes, theirs),
            AbsorbAccount(merge=merge, to_account_id=stays.account_id, reason=_MERGED, gives_up_at=now + TELL_FOR),
            *sealed_for(self.sealer, stays.person_id, goes.person_id, ours, theirs),
            # A code under way bears the subject from before.
            StopCodes(account_id=stays.account_id, person_id=stays.person_id, at=now),
            KeepSubjects(person_id=stays.person_id, sectors=tuple(sectors), subject_id=goes.person_id),
            *((_with_profile(stays, ours.profile_sealed, profile),) if brought else ()),
            *further,
        ):
            raise MergeMissedError("one of the accounts changed at the same time; look at them and try again")
        return merge

    async def undo(self, merged_account_id: AccountId, now: datetime, *further: Effect) -> Merge:
        """Make two accounts again: what came from the other goes back, unless it was given up since."""
        return await Unmerging(self.reader, self.ledger, self.sealer).undo(merged_account_id, now, *further)

    async def _both(self, stays: AccountName, goes: AccountName) -> tuple[Belongings, Belongings]:
        ours = await self.reader.belongings(stays.person_id, stays.account_id)
        theirs = await self.reader.belongings(goes.person_id, goes.account_id)
        if ours is None or theirs is None:
            raise MergeRefusedError("there is no such account")
        if stays.person_id == goes.person_id:
            raise MergeRefusedError("both accounts are of one person already")
        if ours.status != AccountStatus.OPEN:
            raise MergeRefusedError("the account that stays must be open")
        if not ours.proved:
            # Whoever knew the data of the other may have opened it.
            raise MergeRefusedError("the account that stays was never proved, or is proved no more")
        if theirs.status == AccountStatus.CLOSED:
            raise MergeRefusedError("the account that goes is closed")
        if theirs.absorbed_others:
            raise MergeRefusedError("the account that goes has taken up another one: name it as the one that stays")
        if not one_human(opened(stays.person_id, ours, self.sealer), opened(goes.person_id, theirs, self.sealer)):
            raise MergeRefusedError("name or birth date differ, or one of them is not known: that is not one person")
        return ours, theirs

    async def _sectors(self, stays: AccountName, goes: AccountName, ours: Belongings, theirs: Belongings) -> list[str]:
        """Return the sectors that go on to know the person as the one who goes.

        Those that knew only that one; and where only that one has a TechID, those that are allowed it and never knew
        the other: their tables know the person by it.
        """
        knew_ours, knew_theirs = (
            await self._spaces(stays.person_id),
            await self._spaces(goes.person_id),
        )
        if theirs.has_tech_id and not ours.has_tech_id:
            knew_theirs |= {subject_space(client) for client in self.clients if "tech_id" in client.governed_claims}
        return sorted(knew_theirs - knew_ours)

    async def _spaces(self, person_id: PersonId) -> set[str]:
        known = {client_id for client_id, _ in await self.identities.clients_of(person_id)}
        known.update(await self.reader.acted_for_at(person_id))
        return {subject_space(client) for client in self.clients if client.client_id in known}

    def _profile(
        self, stays: AccountName, goes: AccountName, ours: Belongings, theirs: Belongings
    ) -> tuple[bytes, list[str]]:
        """Return the profile with the claims of contacts that come along, and which those are."""
        mine, other = opened(stays.person_id, ours, self.sealer), opened(goes.person_id, theirs, self.sealer)
        claims = [
            claim
            for kind, _ in lacking(theirs.contacts, ours.contacts)
            for claim in CLAIMS[kind]
            if claim in other and claim not in mine
        ]
        return self._sealed(stays.person_id, mine | {claim: other[claim] for claim in claims}), claims

    def _sealed(self, person_id: PersonId, profile: dict[str, object]) -> bytes:
        return self.sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id))


def one_human(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Say whether two profiles can be one human's: the same name, as a register compares it, born on the same day."""
    same_name = compare_names(str(one.get("name", "")), str(other.get("name", "")))
    born = one.get("birthdate")
    return same_name in {NameMatch.IDENTICAL, NameMatch.SAME} and bool(born) and born == other.get("birthdate")


def _held(*accounts: AccountName) -> Iterator[HoldSide]:
    """Yield what holds the accounts, in one order: two merges that meet wait for each other."""
    for one in sorted(accounts, key=lambda one: one.account_id):
        yield HoldSide(person_id=one.person_id, account_id=one.account_id)


def _still(goes: AccountName, theirs: Belongings) -> HoldsStill:
    numbers, contacts = len(theirs.identifiers), len(theirs.contacts)
    return HoldsStill(account_id=goes.account_id, person_id=goes.person_id, identifiers=numbers, contacts=contacts)


def _with_profile(stays: AccountName, before: bytes, profile: bytes) -> ReplaceProfile:
    return ReplaceProfile(person_id=stays.person_id, profile_before=before, profile_sealed=profile)
