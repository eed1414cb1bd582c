"""An auditor's look at a published log: nothing that was changed stays unseen, and it is said where."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import ClientId
from idp.transparency.auditing import Finding, FindingKind, LogAudit
from idp.transparency.locating import LIMIT, Locator
from idp.transparency.model import SignedHead
from tests.support.plain.log import PlainLog, leaf_about, log_of, older

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
sizes = st.integers(1, 70)


async def found(
    log: PlainLog, head: SignedHead, kept: SignedHead | None = None
) -> list[tuple[FindingKind, int | None]]:
    reported, _ = await LogAudit(log, head, kept).run(NOW)
    return [(one.kind, one.index) for one in reported]


@given(sizes, st.data())
async def test_an_honest_log_is_proved_and_so_is_every_earlier_checkpoint(size: int, data: st.DataObject) -> None:
    log = log_of(size)
    kept = log_of(data.draw(st.integers(0, size))).head(NOW)
    assert await found(log, log.head(NOW), kept) == []


async def test_an_empty_log_is_proved() -> None:
    assert await found(PlainLog(), PlainLog().head(NOW), PlainLog().head(NOW)) == []


@given(sizes, st.data())
async def test_each_changed_and_missing_entry_is_named(size: int, data: st.DataObject) -> None:
    log = log_of(size)
    changed = data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=5))
    missing = data.draw(st.sets(st.sampled_from(sorted(changed))))
    for index in changed:
        log.stored[index] = None if index in missing else leaf_about(index, ClientId("forged"))
    expected = [(FindingKind.ENTRY_MISSING, index) for index in sorted(missing)]
    expected += [(FindingKind.ENTRY_CHANGED, index) for index in sorted(changed - missing)]
    assert await found(log, log.head(NOW)) == expected


async def test_one_changed_entry_of_many_is_found_by_few_questions() -> None:
    log = log_of(4_000)
    log.stored[2_345] = leaf_about(0, ClientId("forged"))
    assert await found(log, log.head(NOW)) == [(FindingKind.ENTRY_CHANGED, 2_345)]
    assert log.asked < 40


async def test_of_very_many_changed_entries_the_first_are_named() -> None:
    log = log_of(300)
    log.stored = [leaf_about(0, ClientId("forged")) for _ in log.stored]
    assert await found(log, log.head(NOW)) == [(FindingKind.ENTRY_CHANGED, index) for index in range(LIMIT)]


async def test_an_entry_that_was_taken_out_so_that_the_others_moved_up_shows_from_there_on() -> None:
    log = log_of(9)
    del log.stored[6]
    reported = await found(log, log.head(NOW))
    assert reported == [(FindingKind.ENTRY_MISSING, 8), *((FindingKind.ENTRY_CHANGED, index) for index in (6, 7))]


@given(sizes, st.data())
async def test_a_log_that_was_rewritten_does_not_fit_what_was_kept(size: int, data: st.DataObject) -> None:
    kept_size = data.draw(st.integers(1, size))
    kept = log_of(kept_size).head(NOW)
    index = data.draw(st.integers(0, kept_size - 1))
    rewritten = PlainLog()
    rewritten.append(*(leaf_about(n, ClientId("forged") if n == index else ClientId("cong-tinh")) for n in range(size)))
    assert await found(rewritten, rewritten.head(NOW), kept) == [(FindingKind.LOG_REWRITTEN, kept_size)]
    rewritten.proofs = False
    assert (FindingKind.LOG_REWRITTEN, kept_size) in await found(rewritten, rewritten.head(NOW), kept)


async def test_a_log_that_is_shorter_than_what_was_kept_is_found() -> None:
    log = log_of(5)
    assert await found(log, log.head(NOW), log_of(6).head(NOW)) == [(FindingKind.LOG_SHRUNK, 6)]


async def test_proofs_that_prove_nothing_are_told_of_although_the_entries_are_right() -> None:
    log = log_of(6)
    log.hashes = dict.fromkeys(log.hashes, b"x" * 32)
    reported = await found(log, log.head(NOW), log_of(5).head(NOW))
    assert reported == [(FindingKind.PROOF_WRONG, 5), (FindingKind.PROOF_WRONG, 5)]


async def test_a_copy_without_proofs_is_proved_by_its_entries_alone() -> None:
    log = log_of(7, proofs=False)
    assert await found(log, log.head(NOW), log_of(5).head(NOW)) == [(FindingKind.NO_PROOFS, None)]
    log.stored[3] = leaf_about(0, ClientId("forged"))
    assert await found(log, log.head(NOW)) == [(FindingKind.ENTRIES_DIFFER, 7)]


@pytest.mark.parametrize(
    "leaf",
    [b"", b"no json", b"[]", b'{"at": "spaced"}', b'{"kind":"b","at":"a"}', b'{"person_id":"x"}', b"\xff"],
)
async def test_an_entry_that_no_provider_would_write_is_told_of_even_where_it_is_signed(leaf: bytes) -> None:
    log = log_of(2)
    log.append(leaf)
    assert await found(log, log.head(NOW)) == [(FindingKind.ENTRY_STRANGE, 2)]


async def test_an_old_checkpoint_is_noted_and_leaves_the_log_proved() -> None:
    log = log_of(2)
    reported, _ = await LogAudit(log, older(log.head(NOW), NOW - timedelta(hours=3))).run(NOW)
    assert [(one.kind, one.serious) for one in reported] == [(FindingKind.CHECKPOINT_OLD, False)]


async def test_the_history_of_a_client_is_told_in_order_and_each_of_its_entries_proved() -> None:
    log = log_of(3)
    log.append(leaf_about(3, ClientId("bank")), leaf_about(4), leaf_about(5, ClientId("bank")))
    reported, read = await LogAudit(log, log.head(NOW), client_id=ClientId("bank")).run(NOW)
    assert (reported, [index for index, _ in read.history]) == ([], [3, 5])
    assert log.asked == 2


async def test_without_proofs_nothing_is_located() -> None:
    log = log_of(4, proofs=False)
    root = bytes.fromhex(log.head(NOW).head.root)
    assert await Locator([b"x"] * 4, log.inclusion, root).changed() == []


def test_only_notes_leave_a_log_proved() -> None:
    assert [kind.value for kind in FindingKind if not Finding(kind).serious] == [
        "checkpoint_old",
        "kept_key_gone",
        "no_proofs",
    ]
