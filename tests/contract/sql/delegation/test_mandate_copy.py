"""The mandates in the copy of one's data (Luật 91/2025 Đ4): every side has its own, and no name that its page hides."""

from idp.account.data_copy import DataCopies
from idp.adapters.sql.database import Database
from idp.delegation.mandates.data_copy import MANDATE_FIELDS, MandateCopies
from idp.delegation.model import Power
from idp.kernel.ids import MandateId
from idp.sessions.model import SessionView
from tests.contract.sql.direct import run
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.mandates import CLERK, MandateRig, origin


async def copied(rig: MandateRig, view: SessionView) -> dict[str, list[dict[str, object]]]:
    """Return the parts of a copy that are about mandates."""
    database = rig.database
    mandates = MandateCopies(database.mandates, PROVIDER.sealer)
    copy = await DataCopies(database.own_copy, mandates, database.ledger, PROVIDER.sealer, rig.clock).of(
        view, origin(), "json"
    )
    return {kind: [dict(row) for row in rows] for kind, rows in copy.items() if kind.startswith("mandates_")}


async def test_what_was_given_is_in_both_copies_and_each_names_the_other_side_as_its_page_does(
    database: Database,
) -> None:
    rig = MandateRig(database)
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    given = await rig.given(boss, MandateId(under), clerk, CLERK)
    of_boss, of_clerk = await copied(rig, boss), await copied(rig, clerk)
    assert [row["mandate_id"] for row in of_boss["mandates_held"]] == [under]
    assert of_boss["mandates_held"][0]["ends_at"] is None
    assert [row["mandate_id"] for row in of_boss["mandates_given"]] == [given]
    number = str(of_boss["mandates_given"][0]["appointed_number"])
    assert CLERK not in number
    assert number.endswith(CLERK[-3:])
    assert of_clerk["mandates_given"] == of_clerk["mandates_about"] == []
    (held,) = of_clerk["mandates_held"]
    assert (held["principal"], held["principal_code"]) == ("Công ty TNHH Mẫu Sông Hồng", "0100047516")
    assert (held["giver"], held["powers"]) == ("Trịnh Công Thành", [Power.FILE])
    assert "appointed" not in held
    assert set(held) <= MANDATE_FIELDS


async def test_a_mandate_that_ended_years_ago_is_in_the_copy_with_its_reason(database: Database, store: str) -> None:
    rig = MandateRig(database)
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    given = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK))
    assert await rig.mandates.end(boss, given, origin())
    await run(store, f"UPDATE mandates SET ended_at = 1500000000000000 WHERE mandate_id = '{given}'")
    (held,) = (await copied(rig, clerk))["mandates_held"]
    assert held["end_reason"] == "revoked"


async def test_of_who_acts_by_the_word_of_a_register_the_principal_has_the_fact_and_no_name(
    database: Database, store: str
) -> None:
    rig = MandateRig(database)
    _, under = await rig.boss()
    child = await rig.person(CLERK)
    await run(
        store,
        f"UPDATE mandates SET kind = 'guardian', principal_kind = 'person', principal_id = '{child.account.person_id}' "
        f"WHERE mandate_id = '{under}'",
    )
    (about,) = (await copied(rig, child))["mandates_about"]
    assert about["mandate_kind"] == "guardian"
    assert not {"principal", "giver", "appointed", "appointed_number"} & set(about)


async def test_a_name_that_no_longer_opens_keeps_nothing_else_back(database: Database, store: str) -> None:
    rig = MandateRig(database)
    boss, under = await rig.boss()
    await run(store, "UPDATE organisations SET facts_sealed = code_index")
    (held,) = (await copied(rig, boss))["mandates_held"]
    assert (held["mandate_id"], held["principal"]) == (under, None)
