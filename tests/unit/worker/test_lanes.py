"""A receiver has so much room; one that does not answer has one message's, with longer and longer pauses."""

from datetime import UTC, datetime, timedelta

from idp.kernel.outbox import Backoff, Message
from idp.worker.lanes import Lanes

NOW = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONGEST = timedelta(seconds=8)


def lanes(*, slots: int = 4, together: int = 10) -> Lanes:
    return Lanes(slots, LONGEST, together)


def tried(some: Lanes, *wells: bool | None, at: datetime = NOW) -> bool:
    for _ in wells:
        some.begin("portal")
    return [some.end("portal", at, well=well) for well in wells][-1]


def test_each_receiver_has_its_own_room() -> None:
    some = lanes()
    for _ in range(4):
        some.begin("hung")
    assert (some.room("hung", NOW), some.room("portal", NOW)) == (0, 4)


def test_all_together_have_a_bound() -> None:
    some = lanes(together=5)
    for _ in range(4):
        some.begin("hung")
    assert some.room("portal", NOW) == 1
    some.end("hung", NOW, well=True)
    assert some.room("portal", NOW) == 2


def test_two_failures_may_be_the_messages_three_in_a_row_are_the_receivers() -> None:
    some = lanes()
    tried(some, False, False)
    assert some.room("portal", NOW) == 4
    tried(some, False)
    assert some.room("portal", NOW) == 0


def test_a_success_between_failures_begins_the_row_anew() -> None:
    some = lanes()
    tried(some, False, False, True, False, False)
    assert some.room("portal", NOW) == 4


def test_a_final_refusal_says_nothing_of_the_receiver() -> None:
    some = lanes()
    tried(some, None, None, None, None)
    assert some.room("portal", NOW) == 4


def test_a_receiver_that_rests_is_tried_with_one_message_after_each_longer_rest() -> None:
    some, now = lanes(), NOW
    tried(some, False, False, False)
    for rest in (1, 2, 4, 8, 8):
        assert some.room("portal", now + rest * SECOND - timedelta(microseconds=1)) == 0
        now += rest * SECOND
        assert some.room("portal", now) == 1
        some.begin("portal")
        assert some.room("portal", now) == 0
        some.end("portal", now, well=False)


def test_who_answers_again_has_all_the_room_at_once() -> None:
    some = lanes()
    tried(some, False, False, False)
    tried(some, True, at=NOW + SECOND)
    assert some.room("portal", NOW + SECOND) == 4


def test_more_is_fetched_when_half_of_the_room_is_free_and_never_for_one_that_fails() -> None:
    some = lanes()
    for _ in range(4):
        some.begin("portal")
    assert [some.end("portal", NOW, well=True) for _ in range(4)] == [False, True, True, True]
    assert not tried(some, False)


def test_the_waits_of_one_message_double_up_to_the_longest_and_end_with_its_life() -> None:
    backoff = Backoff(SECOND, 10 * SECOND)

    def wait(attempts: int, life: timedelta = timedelta(hours=1)) -> timedelta | None:
        retry_at = backoff.next_try(Message("sms", "key", b"", attempts, NOW + life), NOW)
        return None if retry_at is None else retry_at - NOW

    assert [wait(attempts) for attempts in (0, 1, 2, 3, 4, 1_000)] == [n * SECOND for n in (1, 2, 4, 8, 10, 10)]
    assert (wait(2, 5 * SECOND), wait(2, 4 * SECOND)) == (4 * SECOND, None)
