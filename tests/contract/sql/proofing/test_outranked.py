"""An imported account outranks one that a match with the register opened: the squatter keeps no number, and no subject.

Name, number and birth date are known to many, so whoever registers before an import must not have what it brings.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson
import pytest

from clients.model import ClientId
from idp.account.model import Account, AccountStatus, ProofState, SetAccountStatus, SignInRecord
from idp.adapters.sql.database import Database
from idp.imports.import_lines import prepare
from idp.imports.model import Duplicate, Reject, SamePerson
from idp.imports.service import AccountImport, LinesRead
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.sessions.model import StartSession
from tests.contract.sql.direct import rows
from tests.contract.sql.proofing.test_coming_back import ORIGIN, Leaving
from tests.support.builders.protocol import NOW
from tests.support.rigs.proof import NUMBER
from tests.support.running.sql_stores import session_of
from tests.unit.imports.test_import_rows import ROW, ROWS

SHOWN = Evidence(kind=EvidenceKind.SUBSCRIBER, at=NOW, source="request-2")


@dataclass
class Report:
    """What an import reported."""

    rejects: list[Reject] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)

    def write(self, rejects: list[Reject], duplicates: list[Duplicate], *, again: bool) -> None:
        """Keep what was written last."""
        self.rejects, self.duplicates = rejects, duplicates


@pytest.fixture
def system(database: Database) -> Leaving:
    return Leaving(database)


def importing(system: Leaving, report: Report) -> AccountImport:
    return AccountImport(system.database.imports, report, system.aside, system.rig.clock)


async def imported(system: Leaving, source: str = "file", **changes: str) -> tuple[Report, SignInRecord | None]:
    """Import one row with the number; return the report and the account that the number leads to then."""
    report, row = Report(), ROW | {"number": NUMBER} | changes
    read = LinesRead(prepare([(1, orjson.dumps(row))], (), ROWS, NOW), 100, 1, last=True)

    async def batches() -> AsyncIterator[LinesRead]:
        yield read

    position = await system.database.imports.begin(source, NOW)
    async for _ in importing(system, report).run(position, batches()):
        pass
    return report, await system.holder()


async def squatting(system: Leaving, proof: ProofState = ProofState.MATCHED) -> Account:
    return await system.rig.open_account(proof, proved_at=NOW if proof is ProofState.PROVED else None)


@pytest.mark.parametrize("proof", [ProofState.MATCHED, ProofState.WAITING, ProofState.NOT_PROVED, ProofState.PROVED])
async def test_the_number_leads_to_the_imported_account(system: Leaving, store: str, proof: ProofState) -> None:
    """Proved by data alone is no more than matched."""
    squatter = await squatting(system, proof)
    session = session_of(squatter)
    assert await system.database.ledger.commit(StartSession(session=session))
    report, holder = await imported(system)
    assert holder is not None
    assert holder.account.id != squatter.id
    assert (holder.account.status, holder.account.proof) == (AccountStatus.OPEN, ProofState.PROVED)
    # It is kept, for its owner may have been the person: who shows both joins them.
    assert await state(store, squatter) == [("locked", "set_aside")]
    assert await system.database.sessions.live(session.secret_hash, ClientId(""), NOW) is None
    (reported,) = report.duplicates
    assert (reported.why, reported.account_id, reported.other_account_id) == (
        SamePerson.OUTRANKED,
        holder.account.id,
        squatter.id,
    )
    assert await rows(store, f"SELECT kind FROM notices WHERE account_id = '{squatter.id}'") == [("set_aside",)]


async def test_who_showed_that_they_are_here_keeps_the_number(system: Leaving, store: str) -> None:
    owner = await squatting(system, ProofState.PROVED)
    known = SetEvidence(person_id=owner.person_id, account_id=owner.id, evidence=SHOWN)
    assert await system.database.ledger.commit(known)
    report, holder = await imported(system)
    assert holder is not None
    assert holder.account.id == owner.id
    assert [one.why for one in report.duplicates] == [SamePerson.NUMBER]
    assert await rows(store, "SELECT count(*) FROM accounts WHERE locked_for = 'duplicate'") == [(1,)]


async def test_a_row_that_nobody_proved_and_no_portal_knows_outranks_nobody(system: Leaving, store: str) -> None:
    """Who typed a number into the former system showed no more than who typed it here."""
    first = await squatting(system)
    report, holder = await imported(system, level="declared", proved_at="", tech_id="")
    assert holder is not None
    assert holder.account.id == first.id
    assert [one.why for one in report.duplicates] == [SamePerson.ACCOUNT]
    _, holder = await imported(system, "another", level="declared", proved_at="")
    assert holder is not None
    # What portals know a person by is worth more than a match.
    assert holder.account.id != first.id
    assert await state(store, first) == [("locked", "set_aside")]


async def test_an_imported_account_is_outranked_by_no_other(system: Leaving) -> None:
    _, first = await imported(system)
    report, holder = await imported(system, "another", tech_id="00000000-5f0a-4f0e-9d5b-1c2d3e4f5a6b")
    assert first is not None
    assert holder is not None
    assert holder.account.id == first.account.id
    assert [one.why for one in report.duplicates] == [SamePerson.NUMBER]


async def test_a_squatter_who_left_keeps_the_owner_out_of_no_import(system: Leaving) -> None:
    """A number that a match alone once led to, closed since, is as free as one that led to nobody."""
    squatter = await squatting(system)
    effects = await system.closing.effects(squatter, "closed_by_owner", ORIGIN, NOW)
    assert await system.database.ledger.commit(*effects)
    report, holder = await imported(system, tech_id="")
    assert holder is not None
    assert holder.account.id != squatter.id
    assert report.duplicates == []


async def test_an_operators_unlock_gives_the_number_back_to_nobody(system: Leaving, store: str) -> None:
    squatter = await squatting(system)
    await imported(system)
    opened = SetAccountStatus(
        account_id=squatter.id,
        person_id=squatter.person_id,
        before=AccountStatus.LOCKED,
        status=AccountStatus.OPEN,
        at=NOW,
        reason="account_unlocked",
        gives_up_at=NOW,
    )
    assert not await system.database.ledger.commit(opened)
    assert await state(store, squatter) == [("locked", "set_aside")]


async def state(store: str, account: Account) -> object:
    return await rows(store, f"SELECT status, locked_for FROM accounts WHERE account_id = '{account.id}'")
