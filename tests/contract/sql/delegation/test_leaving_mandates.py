"""Who is no more there: the other sides of their mandates are told that, and neither who it was nor why."""

from idp.account.closing import Closing
from idp.account.closing_effects import ERASE_AFTER
from idp.account.portal_news import PortalNews
from idp.adapters.sql.database import Database
from idp.audit.model import EventName
from idp.kernel.ids import MandateId
from idp.sessions.model import SessionView
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.mandates import BOSS, CLERK, MAY_PASS_ON, TEMP, MandateRig, origin
from tests.support.rigs.proof import KnownClients


async def close(rig: MandateRig, view: SessionView) -> None:
    """Close an account as its owner, and let the month pass in which it could be opened again."""
    news = PortalNews(rig.database.identities, KnownClients())
    closing = Closing(
        rig.database.ledger,
        rig.ends.news.notices,
        news,
        rig.ends,
        PROVIDER.sealer,
        rig.clock,
        rig.database.closed_accounts,
    )
    assert await closing.close(view, origin())
    rig.clock.pass_by(ERASE_AFTER)
    assert await closing.erase_due(10) == 1


async def test_all_who_acted_for_an_organisation_are_told_that_it_waits(database: Database) -> None:
    rig = MandateRig(database)
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    given = await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    await rig.given(clerk, MandateId(given), temp, TEMP)
    await close(rig, boss)
    for view in (clerk, temp):
        assert (await rig.notices_of(view))[0] == "mandate_waits"
        assert (await rig.events_of(view))[0] == EventName.MANDATE_SUSPENDED
        assert await rig.holds(view) == set()
    found = await database.activity.activity_of(clerk.account.person_id, "", 1)
    assert found[0].reason == ""


async def test_the_giver_is_told_that_what_a_delegate_held_has_ended(database: Database) -> None:
    rig = MandateRig(database)
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    given = await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    await rig.given(clerk, MandateId(given), temp, TEMP)
    await close(rig, clerk)
    assert (await rig.notices_of(boss))[0] == "mandate_ended"
    assert (await rig.notices_of(temp))[0] == "mandate_ended"


async def test_a_helper_is_told_when_the_one_who_was_helped_is_gone(database: Database) -> None:
    rig = MandateRig(database)
    helped, helper = await rig.person(BOSS), await rig.person(CLERK)
    await rig.given(helped, None, helper, CLERK)
    await close(rig, helped)
    assert (await rig.notices_of(helper))[0] == "mandate_ended"
    assert (await rig.events_of(helper))[0] == EventName.MANDATE_ENDED
