"""The one question: an answer for whoever signed in, once, and nothing that leads back to them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from clients.model import ClientId
from idp.account.rating_effects import Occasion
from idp.account.ratings import NETWORK_RATINGS, RATING_LIFE, Ratings
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.model import ClaimOnce
from idp.kernel.effects import Effect
from idp.kernel.secrets import HashKey
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Method, Place
from idp.sign_in.shown_method import method_of
from idp.sign_in.throttling import NETWORK_WINDOW
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW
from tests.support.rigs.proof import HandClock

KEY = HashKey(b"r" * 32)
CLOSED = replace(CLIENT, client_id=ClientId("closed"), disabled_at=NOW)
CLIENTS = {client.client_id: client for client in (CLIENT, CLOSED)}


class PlainLedger:
    """Keeps effects in a list and lets each value be used once, as the stores do."""

    def __init__(self) -> None:
        self.written: list[Effect] = []
        self._used: set[bytes] = set()

    async def commit(self, *effects: Effect) -> bool:
        once = {effect.value_hash for effect in effects if isinstance(effect, ClaimOnce)}
        if once & self._used:
            return False
        self._used |= once
        self.written.extend(effects)
        return True

    def enqueue(self, *effects: Effect) -> None:
        self.written.extend(effects)


def rig(clock: HandClock | None = None) -> tuple[Ratings, PlainLedger]:
    ledger, clock = PlainLedger(), clock or HandClock()
    return Ratings(ledger, MemoryShortLivedStore(clock), KEY, clock, MetricsCounter(clock), CLIENTS.get), ledger


async def test_of_an_answer_a_used_token_is_written_and_no_more() -> None:
    """NĐ 61/2018 Đ27 k3: who rates stays confidential."""
    ratings, ledger = rig()
    assert await ratings.rate(ratings.offer(Occasion.RECOVERY, "password_sms", ClientId("")), 2)
    (once,) = ledger.written
    assert isinstance(once, ClaimOnce)
    assert once.expires_at - NOW >= RATING_LIFE
    assert once.expires_at.time() == time()


@pytest.mark.parametrize(
    ("came_from", "client_id"),
    [
        (CLIENT.client_id, CLIENT.client_id),
        ("", ""),
        ("closed", ""),
        ("nobody-registered-this", ""),
        ("\x00\u1ebf" * 100, ""),
    ],
)
async def test_an_answer_counts_for_the_portal_that_the_person_came_from_if_there_is_one(
    came_from: ClientId, client_id: ClientId
) -> None:
    ratings, _ = rig()
    assert await ratings.rate(ratings.offer(Occasion.SIGN_IN, "password", came_from), 4)
    ((key, amount),) = ratings.metrics.take(ends=True)
    assert (key.client_id, key.slot, amount) == (client_id, 4, 1)


async def test_a_portal_that_was_closed_meanwhile_gets_no_answer() -> None:
    ratings, _ = rig()
    token = ratings.offer(Occasion.SIGN_IN, "password", CLIENT.client_id)
    closing = replace(ratings, client_of={CLIENT.client_id: replace(CLIENT, disabled_at=NOW)}.get)
    assert await closing.rate(token, 4)
    assert [key.client_id for key, _ in closing.metrics.take(ends=True)] == [""]


async def test_an_answer_after_recovery_counts_by_no_way_of_signing_in() -> None:
    ratings, _ = rig()
    assert await ratings.rate(ratings.offer(Occasion.RECOVERY, "recovery", ClientId("")), 2)
    ((key, _),) = ratings.metrics.take(ends=True)
    assert (key.step, key.method) == (Place.RECOVERY, Method.NONE)


async def test_a_token_of_the_version_before_is_good_and_of_no_portal() -> None:
    """Processes are replaced one after the other: tokens without a portal are still under way."""
    ratings, _ = rig()
    expires_at = int((NOW + RATING_LIFE).timestamp())
    body = msgpack.encode([b"n" * 16, "sign_in", "password", expires_at])
    token = urlsafe_b64encode(KEY.digest(body.hex()) + body).rstrip(b"=").decode()
    assert await ratings.rate(token, 3)
    assert [key.client_id for key, _ in ratings.metrics.take(ends=True)] == [""]


async def test_a_token_answers_once() -> None:
    ratings, _ = rig()
    token = ratings.offer(Occasion.SIGN_IN, "password", ClientId(""))
    assert [await ratings.rate(token, score) for score in (5, 1)] == [True, False]
    assert [key.slot for key, _ in ratings.metrics.take(ends=True)] == [5]


async def test_two_spellings_of_a_token_are_not_two_tokens() -> None:
    ratings, ledger = rig()
    token = ratings.offer(Occasion.SIGN_IN, "password", ClientId(""))
    assert await ratings.rate(token, 5)
    for other in (f"{token}=", f" {token}", token + "A", token.replace("-", "+")):
        assert other == token or not await ratings.rate(other, 5)
    assert len(ledger.written) == 1


@pytest.mark.parametrize("score", [0, 6, -1, 10])
async def test_a_score_that_is_none_of_the_five_is_refused_and_the_token_still_good(score: int) -> None:
    ratings, ledger = rig()
    token = ratings.offer(Occasion.SIGN_IN, "password", ClientId(""))
    assert not await ratings.rate(token, score)
    assert await ratings.rate(token, 3)
    assert len(ledger.written) == 1


async def test_a_network_answers_so_often_in_five_minutes_and_another_is_heard() -> None:
    clock = HandClock()
    ratings, _ = rig(clock)
    said = [await ratings.too_many("192.0.2.7") for _ in range(NETWORK_RATINGS + 1)]
    assert (said.count(True), said[-1]) == (1, True)
    assert not await ratings.too_many("192.0.2.8")
    clock.pass_by(NETWORK_WINDOW)
    assert not await ratings.too_many("192.0.2.7")


async def test_a_token_is_good_for_two_hours() -> None:
    clock = HandClock()
    ratings, _ = rig(clock)
    token = ratings.offer(Occasion.SIGN_IN, "password", ClientId(""))
    clock.at = NOW + RATING_LIFE - timedelta(seconds=2)
    assert ratings.offered(token)
    clock.at = NOW + RATING_LIFE + timedelta(seconds=1)
    assert not ratings.offered(token)
    assert not await ratings.rate(token, 5)


def test_no_two_tokens_are_the_same_and_none_carries_a_person() -> None:
    ratings, _ = rig()
    tokens = {ratings.offer(Occasion.SIGN_IN, "password", ClientId("")) for _ in range(100)}
    assert len(tokens) == 100
    raw = [urlsafe_b64decode(token + "=" * (-len(token) % 4)) for token in tokens]
    # Seal, nonce, words of ours and an hour: all of one length, whoever asked.
    assert len({len(one) for one in raw}) == 1


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing_and_is_no_token(text: str) -> None:
    ratings, _ = rig()
    assert not ratings.offered(text)


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=63))
def test_a_changed_letter_breaks_the_seal(place: int, step: int) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ratings, _ = rig()
    token = ratings.offer(Occasion.SIGN_IN, "password", ClientId(""))
    at = place % len(token)
    changed = letters[(letters.index(token[at]) + step) % 64]
    assert not ratings.offered(token[:at] + changed + token[at + 1 :])


def test_a_token_of_another_key_is_foreign() -> None:
    clock = HandClock()
    key, counter = HashKey(b"o" * 32), MetricsCounter(clock)
    other = Ratings(PlainLedger(), MemoryShortLivedStore(clock), key, clock, counter, CLIENTS.get)
    assert not rig()[0].offered(other.offer(Occasion.SIGN_IN, "password", ClientId("")))


@pytest.mark.parametrize(
    ("amr", "method"),
    [
        (("pwd",), "password"),
        (("mfa", "pwd", "sms"), "password_sms"),
        (("mfa", "otp", "pwd", "sms"), "password_otp"),
        (("mca", "mfa", "pwd"), "password_approval"),
        (("hwk", "mfa"), "passkey"),
        (("mfa", "pwd", "swk"), "passkey"),
        ((), "password"),
    ],
)
def test_rfc8176_the_method_is_one_word_for_the_factors(amr: tuple[str, ...], method: str) -> None:
    assert method_of(amr) == method
