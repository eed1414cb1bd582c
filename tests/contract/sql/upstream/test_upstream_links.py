"""Links to accounts of upstream providers: unique, of open citizens' accounts, never the last way in."""

import asyncio
from datetime import timedelta

from idp.account.closing_effects import EraseAccount
from idp.account.model import Account, AccountKind, AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.upstream.link_model import JoinUpstream, LinkUpstream, UnlinkUpstream, UpstreamLink, UseUpstreamLink
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, digest, opening, sealed


def link_of(account: Account, subject: str = "a subject", provider: str = "vneid") -> UpstreamLink:
    return UpstreamLink(account.person_id, account.id, provider, digest(subject), sealed(subject), NOW)


def use_of(link: UpstreamLink) -> UseUpstreamLink:
    return UseUpstreamLink(
        person_id=link.person_id,
        account_id=link.account_id,
        provider=link.provider,
        subject_index=link.subject_index,
        at=NOW + HOUR,
    )


def unlink_of(link: UpstreamLink) -> UnlinkUpstream:
    return UnlinkUpstream(
        person_id=link.person_id,
        account_id=link.account_id,
        provider=link.provider,
        subject_index=link.subject_index,
        at=NOW,
    )


async def opened(database: Database, number: str = "001899000001", kind: AccountKind = AccountKind.CITIZEN) -> Account:
    effect = opening(number)
    effect = replace(effect, account=replace(effect.account, kind=kind))
    assert await database.ledger.commit(effect)
    return effect.account


async def locked(database: Database, account: Account) -> None:
    change = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=NOW,
        reason="test",
        gives_up_at=NOW + HOUR,
    )
    assert await database.ledger.commit(change)


async def test_a_link_is_found_by_provider_and_subject_and_by_nothing_else(database: Database) -> None:
    account = await opened(database)
    link = link_of(account)
    assert await database.ledger.commit(LinkUpstream(link=link))
    assert await database.upstream_links.find("vneid", link.subject_index) == replace(link, last_used_at=NOW)
    assert await database.upstream_links.find("khac", link.subject_index) is None
    assert await database.upstream_links.find("vneid", digest("another subject")) is None
    assert [one.provider for one in await database.upstream_links.of_account(account.person_id, account.id)] == [
        "vneid"
    ]


async def test_an_account_of_a_provider_leads_to_one_account_whoever_tries_at_once(database: Database) -> None:
    accounts = [await opened(database, f"00189900000{place}") for place in range(1, 6)]
    won = await asyncio.gather(*(database.ledger.commit(LinkUpstream(link=link_of(one))) for one in accounts))
    assert sorted(won) == [False, False, False, False, True]
    found = await database.upstream_links.find("vneid", digest("a subject"))
    assert found is not None
    assert found.account_id == accounts[won.index(True)].id


async def test_an_opening_joins_a_link_and_goes_on_where_the_subject_has_one(database: Database) -> None:
    first, second = opening("001899000001"), opening("001899000002")
    assert await database.ledger.commit(first, JoinUpstream(link=link_of(first.account)))
    assert await database.ledger.commit(second, JoinUpstream(link=link_of(second.account)))
    found = await database.upstream_links.find("vneid", digest("a subject"))
    assert found is not None
    assert found.account_id == first.account.id


async def test_a_locked_account_and_an_officers_are_neither_linked_nor_signed_in_to(database: Database) -> None:
    officer = await opened(database, "001899000002", AccountKind.OFFICER)
    assert not await database.ledger.commit(LinkUpstream(link=link_of(officer)))
    account = await opened(database)
    link = link_of(account)
    assert await database.ledger.commit(LinkUpstream(link=link))
    await locked(database, account)
    assert not await database.ledger.commit(use_of(link))
    assert not await database.ledger.commit(LinkUpstream(link=link_of(account, "a second subject")))


async def test_a_use_is_noted_and_comes_too_late_once_the_link_is_gone(database: Database) -> None:
    link = link_of(await opened(database))
    assert await database.ledger.commit(LinkUpstream(link=link))
    assert await database.ledger.commit(use_of(link))
    found = await database.upstream_links.find("vneid", link.subject_index)
    assert found is not None
    assert found.last_used_at == NOW + timedelta(hours=1)
    assert await database.ledger.commit(unlink_of(link))
    assert not await database.ledger.commit(use_of(link))
    assert not await database.ledger.commit(unlink_of(link))


async def test_nobody_removes_the_link_of_somebody_else(database: Database) -> None:
    link, stranger = link_of(await opened(database)), await opened(database, "001899000002")
    assert await database.ledger.commit(LinkUpstream(link=link))
    foreign = replace(link, person_id=stranger.person_id, account_id=stranger.id)
    assert not await database.ledger.commit(unlink_of(foreign))


async def test_closing_an_account_frees_its_links(database: Database) -> None:
    account = await opened(database)
    assert await database.ledger.commit(LinkUpstream(link=link_of(account)))
    erase = EraseAccount(
        account_id=account.id, person_id=account.person_id, profile_sealed=sealed("nothing"), at=NOW, reason="test"
    )
    assert await database.ledger.commit(erase)
    assert await database.upstream_links.find("vneid", digest("a subject")) is None


async def test_the_last_way_into_an_account_is_kept(database: Database) -> None:
    account = await opened(database)
    link = link_of(account)
    assert await database.ledger.commit(LinkUpstream(link=link))
    erase = EraseAccount(
        account_id=account.id, person_id=account.person_id, profile_sealed=sealed("nothing"), at=NOW, reason="test"
    )
    # Erased but for the link: an account whose password and passkeys are gone.
    assert await database.ledger.commit(erase, JoinUpstream(link=link))
    assert not await database.ledger.commit(unlink_of(link))
