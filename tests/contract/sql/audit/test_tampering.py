"""A log that was tampered with, on both databases: what was done, and where, is found."""

from datetime import datetime, timedelta

import pytest

from idp.account.forgetting import KEPT_AFTER_CLOSING
from idp.adapters.sql.database import Database
from idp.app.audit import SEALING_POLICY
from idp.audit.checkpoints import BEYOND_ALL, CHECKPOINT_TYPE
from idp.audit.findings import FindingKind
from keys.generate import generate
from keys.key_set import KeySet
from keys.model import SigningKey
from keys.seal import MasterKey, seal
from keys.signer import Signer
from records.structs import replace
from tests.contract.sql.direct import empty, rows, run
from tests.support.rigs.sealed_system import MINUTE, SealedSystem, event_at
from tests.support.running.sql_stores import HOUR, NOW

MINUTES = 4
# When the last of the lived minutes has just been sealed.
THEN = NOW + (MINUTES + 0.5) * MINUTE

# One for each column.
EDITS = (
    "name = 'client:token:refused'",
    "at = at + 1",
    "correlation_id = ''",
    "address = '192.0.2.8'",
    "port = port + 1",
    "person_id = 'somebody'",
    "client_id = ''",
    "session_id = ''",
    "reason = 'another'",
    "details = '{} '",
)


@pytest.fixture
def system(database: Database) -> SealedSystem:
    return SealedSystem(database)


async def newest(system: SealedSystem) -> str:
    return (await system.database.checkpoints.newest_first(BEYOND_ALL, 1))[0].signed


async def kept_elsewhere(system: SealedSystem, signed: str, now: datetime = THEN) -> list[FindingKind]:
    return [one.kind async for one in (await system.verification(now)).kept_elsewhere(signed)]


async def test_an_untouched_log_is_clean_and_so_is_its_kept_checkpoint(system: SealedSystem) -> None:
    await system.lived(MINUTES, 5)
    assert await system.reported(THEN) == []
    assert await kept_elsewhere(system, await newest(system)) == []


async def test_each_removed_and_edited_event_is_named_with_its_checkpoint_whatever_was_changed_of_it(
    system: SealedSystem, store: str
) -> None:
    ids = await system.lived(MINUTES, 5)
    changed = [(minute, ids[minute - 1][place]) for minute in (2, 3) for place in range(5)]
    for (_, event_id), change in zip(changed, EDITS, strict=True):
        await run(store, f"UPDATE audit_events SET {change} WHERE event_id = '{event_id}'")
    await run(store, f"DELETE FROM audit_events WHERE event_id = '{ids[3][2]}'")
    reported = [(FindingKind.EVENT_EDITED, *each) for each in changed]
    removed = (FindingKind.EVENT_REMOVED, 4, ids[3][2])
    assert await system.reported(THEN) == [*reported, removed]
    assert await system.reported(THEN, first=3) == [*reported[5:], removed]
    assert await system.reported(THEN, first=4) == [removed]


async def test_an_event_of_a_name_that_the_catalogue_lacks_is_an_edit_and_no_failure(
    system: SealedSystem, store: str
) -> None:
    ids = await system.lived(1, 2)
    await run(store, f"UPDATE audit_events SET name = 'made:up', details = 'no json' WHERE event_id = '{ids[0][0]}'")
    assert await system.reported(NOW + 2 * MINUTE) == [(FindingKind.EVENT_EDITED, 1, ids[0][0])]


async def test_an_event_that_was_put_in_is_named(system: SealedSystem) -> None:
    await system.lived(MINUTES, 5)
    forged = event_at(NOW + MINUTE, 77)
    assert await system.database.ledger.commit(forged)
    assert await system.reported(THEN) == [(FindingKind.EVENT_ADDED, 2, forged.id)]


async def test_events_that_changed_places_are_named(system: SealedSystem, store: str) -> None:
    ids = await system.lived(MINUTES, 5)
    one, other = ids[1][1], ids[1][3]
    for old, new in ((one, "aside"), (other, one), ("aside", other)):
        await run(store, f"UPDATE audit_events SET event_id = '{new}' WHERE event_id = '{old}'")
    found = await system.findings(THEN)
    assert [(each.kind, each.event_id, each.other_id) for each in found] == [
        (FindingKind.EVENT_MOVED, one, other),
        (FindingKind.EVENT_MOVED, other, one),
    ]


async def test_an_event_moved_to_another_minute_is_gone_here_and_added_there(system: SealedSystem, store: str) -> None:
    ids = await system.lived(MINUTES, 5)
    new = event_at(NOW + 2 * MINUTE, 90).id
    await run(store, f"UPDATE audit_events SET event_id = '{new}' WHERE event_id = '{ids[0][2]}'")
    assert await system.reported(THEN) == [(FindingKind.EVENT_REMOVED, 1, ids[0][2]), (FindingKind.EVENT_ADDED, 3, new)]


async def test_a_missing_checkpoint_is_a_gap(system: SealedSystem, store: str) -> None:
    await system.lived(MINUTES, 1)
    await run(store, "DELETE FROM audit_checkpoints WHERE number = 2")
    (found,) = await system.findings(THEN)
    assert (found.kind, found.detail) == (FindingKind.CHECKPOINT_MISSING, "2 2")


async def test_the_first_checkpoints_cannot_be_cut_off(system: SealedSystem, store: str) -> None:
    await system.lived(MINUTES, 1)
    await run(store, "DELETE FROM audit_checkpoints WHERE number <= 2")
    (found,) = await system.findings(THEN)
    assert (found.kind, found.detail) == (FindingKind.CHECKPOINT_MISSING, "1 2")


async def test_a_log_truncated_with_its_checkpoints_is_found_by_one_that_was_kept_elsewhere(
    system: SealedSystem, store: str
) -> None:
    ids = await system.lived(MINUTES, 5)
    kept = await newest(system)
    await run(store, "DELETE FROM audit_checkpoints WHERE number > 2")
    await run(store, f"DELETE FROM audit_events WHERE event_id >= '{ids[2][0]}'")
    assert await system.reported(THEN) == []
    assert await kept_elsewhere(system, kept) == [FindingKind.CHAIN_TRUNCATED]
    # And it stays found when sealing has gone on past its number.
    for minute in range(3):
        await system.sealed(THEN + minute * MINUTE)
    assert await system.reported(THEN + 2 * MINUTE) == []
    assert await kept_elsewhere(system, kept) == [FindingKind.CHAIN_BROKEN]


async def test_events_cut_off_at_the_end_are_each_named(system: SealedSystem, store: str) -> None:
    ids = await system.lived(MINUTES, 2)
    await run(store, f"DELETE FROM audit_events WHERE event_id >= '{ids[2][1]}'")
    removed = [(3, ids[2][1]), (4, ids[3][0]), (4, ids[3][1])]
    assert await system.reported(THEN) == [(FindingKind.EVENT_REMOVED, *each) for each in removed]


async def test_old_checkpoints_that_are_not_followed_by_newer_ones_are_told(system: SealedSystem) -> None:
    await system.lived(1, 1)
    assert await system.reported(NOW + 8 * MINUTE) == [(FindingKind.SEALING_OVERDUE, 1, "")]
    await system.sealed(NOW + 8 * MINUTE)
    assert await system.reported(NOW + 8 * MINUTE) == [(FindingKind.SEALING_PAUSED, 2, "")]


async def test_events_that_are_not_sealed_yet_are_counted(system: SealedSystem) -> None:
    await system.lived(1, 1)
    await system.record(NOW + MINUTE, 3)
    (found,) = await system.findings(NOW + 2 * MINUTE)
    assert (found.kind, found.detail, found.serious) == (FindingKind.EVENTS_UNSEALED, "3", False)


async def test_a_log_without_any_checkpoint_is_not_proved(system: SealedSystem, store: str) -> None:
    await system.lived(2, 1)
    await empty(store, "audit_checkpoints")
    found = await system.findings(NOW + 3 * MINUTE)
    assert [(one.kind, one.serious) for one in found] == [
        (FindingKind.NEVER_SEALED, True),
        (FindingKind.EVENTS_UNSEALED, False),
    ]


@pytest.mark.parametrize("change", ["listing = substr(listing, 1, 10)", "listing = substr(listing, 37)"])
async def test_a_changed_list_is_found(system: SealedSystem, store: str, change: str) -> None:
    await system.lived(MINUTES, 3)
    await run(store, f"UPDATE audit_checkpoints SET {change} WHERE number = 2")
    assert await system.reported(THEN) == [(FindingKind.LISTING_CHANGED, 2, "")]


async def test_a_checkpoint_in_the_place_of_another_is_found(system: SealedSystem, store: str) -> None:
    await system.lived(MINUTES, 3)
    ((signed,),) = await rows(store, "SELECT signed FROM audit_checkpoints WHERE number = 1")
    await run(store, f"UPDATE audit_checkpoints SET signed = '{signed}' WHERE number = 3")
    assert await system.reported(THEN) == [(FindingKind.CHECKPOINT_FORGED, 3, "")]


async def test_a_chain_written_anew_from_the_middle_does_not_follow(system: SealedSystem, store: str) -> None:
    """Even with the provider's keys: the links after the one that was replaced say what stood there."""
    await system.lived(MINUTES, 3)
    kept = await rows(store, "SELECT signed FROM audit_checkpoints WHERE number > 2 ORDER BY number")
    await run(store, "DELETE FROM audit_checkpoints WHERE number > 1")
    await system.sealed(NOW + 2.5 * MINUTE)
    await system.sealed(NOW + 3.5 * MINUTE)
    await run(store, f"UPDATE audit_checkpoints SET signed = '{kept[0][0]}' WHERE number = 3")
    found, unsealed = await system.findings(NOW + 4 * MINUTE)
    assert (found.kind, found.place.number, found.detail) == (FindingKind.CHAIN_BROKEN, 3, "previous")
    assert unsealed.kind is FindingKind.EVENTS_UNSEALED


async def test_a_checkpoint_of_ours_that_does_not_add_up_is_told(system: SealedSystem, store: str) -> None:
    """Only the master key can make one: a mistake of ours, or worse."""
    await system.lived(2, 1)
    seal_of_then = await system.seal(NOW)
    genuine = seal_of_then.read(await newest(system))
    assert genuine is not None
    one = genuine.checkpoint
    wrong = {
        "total": replace(one, total=9),
        "after": replace(one, after_id=one.to_id),
        "previous": replace(one, previous=""),
    }
    for detail, checkpoint in wrong.items():
        await run(store, f"UPDATE audit_checkpoints SET signed = '{seal_of_then.sign(checkpoint)}' WHERE number = 2")
        found = (await system.findings(NOW + 2.5 * MINUTE))[0]
        assert (found.kind, found.place.number, found.detail) == (FindingKind.CHAIN_BROKEN, 2, detail)


async def test_whoever_writes_keys_and_checkpoints_into_the_database_lacks_the_master_key(
    system: SealedSystem, store: str
) -> None:
    await system.lived(2, 3)
    genuine = (await system.seal(NOW)).read(await newest(system))
    assert genuine is not None
    foreign = MasterKey(b"f" * 32)
    pair = generate("ES256", rsa_bits=2048)
    sealed = seal(pair.private_der, kid=pair.kid, master_key=foreign)
    # As one that signed until a moment ago: one that still signed would stop every process that opens the keys.
    planted = SigningKey(pair.kid, "ES256", sealed, pair.public_jwk, NOW - HOUR, NOW - HOUR, NOW - MINUTE, THEN)
    version = (await system.database.keys.load()).version
    assert await system.database.keys.apply([planted], [], expected_version=version)
    forger = Signer(KeySet.open([planted], foreign, NOW - HOUR))
    claims = replace(genuine.checkpoint, count=2).claims("https://idp.example")
    signed = forger.sign(claims, algorithm="ES256", typ=CHECKPOINT_TYPE, now=NOW - HOUR)
    await run(store, f"UPDATE audit_checkpoints SET signed = '{signed}' WHERE number = 2")
    # What only the forged one vouches for is as good as unsealed.
    assert await system.reported(NOW + 3 * MINUTE) == [
        (FindingKind.CHECKPOINT_FORGED, 2, ""),
        (FindingKind.EVENTS_UNSEALED, 1, ""),
    ]


async def test_checkpoints_of_expired_keys_verify_for_good_and_of_withdrawn_ones_once_a_trusted_key_follows(
    system: SealedSystem,
) -> None:
    await system.lived(1, 1)
    old = (await system.keys.current(NOW)).active("ES256", NOW).record.kid
    await system.keys.rotate(NOW + 2 * MINUTE, timedelta(0))
    years = NOW + 3 * 365 * 24 * HOUR
    assert (FindingKind.CHECKPOINT_FORGED, 1, "") not in await system.reported(years)
    await system.keys.retire(old, NOW + 2 * MINUTE, compromised=True)
    assert await system.reported(NOW + 3 * MINUTE) == [(FindingKind.KEY_WITHDRAWN, 1, "")]
    await system.sealed(NOW + 3 * MINUTE)
    assert await system.reported(NOW + 3 * MINUTE) == []


async def test_what_was_forgotten_with_its_person_is_counted_and_no_finding(system: SealedSystem, store: str) -> None:
    ids = await system.lived(2, 2)
    await run(store, f"DELETE FROM audit_events WHERE event_id = '{ids[0][0]}'")
    later = NOW + KEPT_AFTER_CLOSING
    assert later - SEALING_POLICY.forgettable_after > NOW
    found = await system.findings(later)
    assert [(one.kind, one.detail) for one in found if one.kind is FindingKind.EVENTS_FORGOTTEN] == [
        (FindingKind.EVENTS_FORGOTTEN, "1")
    ]
    assert not any(one.serious for one in found)
