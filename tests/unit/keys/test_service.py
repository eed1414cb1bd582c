"""The use cases of signing keys over a store, alone and in a race."""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import timedelta

import pytest

from keys.errors import KeysChangedError, OnlyActiveKeyError, TokenInvalidError, UnknownKeyError
from keys.key_set import KeySet
from keys.model import ALGORITHMS, KeyState, SigningKey, state
from keys.policy import RotationPolicy
from keys.service import KeyService
from keys.signer import Signer
from keys.verifier import Verifier
from records.structs import replace
from tests.support.running.key_store import MemoryKeyStore
from tests.unit.keys.made_keys import HOUR, MASTER_KEY, NOW, signing_key

# What is judged here does not depend on the size of keys; smaller ones are made sooner.
POLICY = RotationPolicy(rsa_bits=2048)
AT_ONCE = timedelta(0)


def service_over(store: MemoryKeyStore) -> KeyService:
    return KeyService(store, MASTER_KEY, POLICY)


async def test_first_start_makes_keys_that_sign_and_verify() -> None:
    service = service_over(MemoryKeyStore())
    await service.ensure_first(NOW)
    keys = await service.current(NOW)
    for algorithm in ALGORITHMS:
        token = Signer(keys).sign({"sub": "abc"}, algorithm=algorithm, typ="JWT", now=NOW)
        assert Verifier(keys).verify(token, algorithms=[algorithm], now=NOW).claims == {"sub": "abc"}


def rsa_bits(keys: Sequence[SigningKey]) -> list[int]:
    moduli = [urlsafe_b64decode(key.public_jwk["n"] + "==") for key in keys if key.algorithm == "RS256"]
    return [8 * len(modulus) for modulus in moduli]


async def test_nist_800_57_5_6_1_rsa_keys_made_from_now_on_have_3072_bits_and_older_ones_go_on() -> None:
    store = MemoryKeyStore()
    await service_over(store).ensure_first(NOW)
    await KeyService(store, MASTER_KEY, RotationPolicy()).rotate(NOW, HOUR)
    kept = sorted((await store.load()).keys, key=lambda key: key.activates_at)
    assert rsa_bits(kept) == [2048, 3072]
    assert [state(key, NOW) for key in kept if key.algorithm == "RS256"] == [KeyState.ACTIVE, KeyState.PUBLISHED]


async def test_second_start_keeps_the_keys() -> None:
    store = MemoryKeyStore()
    await service_over(store).ensure_first(NOW)
    before = await store.load()
    await service_over(store).ensure_first(NOW + HOUR)
    assert await store.load() == before


async def test_processes_that_start_together_end_with_the_same_keys() -> None:
    store = MemoryKeyStore()
    services = [service_over(store) for _ in range(3)]
    await asyncio.gather(*(service.ensure_first(NOW) for service in services))
    seen = [(await service.current(NOW)).records for service in services]
    assert len(seen[0]) == len(ALGORITHMS)
    assert seen[0] == seen[1] == seen[2]


async def test_rotation_is_seen_by_the_next_reload_and_parses_nothing_again() -> None:
    service = service_over(MemoryKeyStore())
    await service.ensure_first(NOW)
    before = await service.current(NOW)
    added = await service.rotate(NOW)
    after = await service.current(NOW)
    assert {key.kid for key in added} <= {key.record.kid for key in after.keys}
    old_private = {key.record.kid: key.private for key in before.keys}
    kept = [key for key in after.keys if key.record.kid in old_private]
    assert len(kept) == len(ALGORITHMS)
    assert all(key.private is old_private[key.record.kid] for key in kept)


async def test_token_signed_before_a_rotation_verifies_after_it() -> None:
    service = service_over(MemoryKeyStore())
    await service.ensure_first(NOW)
    token = Signer(await service.current(NOW)).sign({"sub": "abc"}, algorithm="ES256", typ="JWT", now=NOW)
    await service.rotate(NOW, AT_ONCE)
    late = NOW + POLICY.overlap - timedelta(seconds=1)
    verified = Verifier(await service.current(late)).verify(token, algorithms=["ES256"], now=late)
    assert verified.claims == {"sub": "abc"}


async def test_of_two_rotations_at_once_one_is_refused_and_nothing_is_half_done() -> None:
    store = MemoryKeyStore()
    service = service_over(store)
    await service.ensure_first(NOW)
    results = await asyncio.gather(service.rotate(NOW), service_over(store).rotate(NOW), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["KeysChangedError", "tuple"]
    assert len((await store.load()).keys) == 2 * len(ALGORITHMS)


async def test_retirement_in_a_race_is_refused() -> None:
    class BusyStore(MemoryKeyStore):
        async def apply(
            self, added: Sequence[SigningKey], changed: Sequence[SigningKey], *, expected_version: int
        ) -> bool:
            return False

    filled = MemoryKeyStore()
    service = service_over(filled)
    await service.ensure_first(NOW)
    await service.rotate(NOW)
    stored = await filled.load()
    with pytest.raises(KeysChangedError):
        await service_over(BusyStore(stored.keys)).retire(stored.keys[0].kid, NOW)


async def test_compromised_key_is_withdrawn_and_its_tokens_with_it() -> None:
    store = MemoryKeyStore()
    service = service_over(store)
    await service.ensure_first(NOW)
    await service.rotate(NOW)
    old = (await service.current(NOW)).active("ES256", NOW).record
    await service.retire(old.kid, NOW, compromised=True)
    after = await service.current(NOW)
    assert after.active("ES256", NOW).record.kid != old.kid
    assert [state(key, NOW) for key in after.records if key.kid == old.kid] == [KeyState.EXPIRED]


async def test_refusals_of_a_retirement_reach_the_caller() -> None:
    service = service_over(MemoryKeyStore())
    await service.ensure_first(NOW)
    kid = (await service.current(NOW)).active("ES256", NOW).record.kid
    with pytest.raises(OnlyActiveKeyError):
        await service.retire(kid, NOW)
    with pytest.raises(UnknownKeyError):
        await service.retire("no-such-key", NOW)


async def test_retiring_a_retired_key_writes_nothing() -> None:
    store = MemoryKeyStore()
    service = service_over(store)
    await service.ensure_first(NOW)
    kid = (await service.current(NOW)).active("ES256", NOW).record.kid
    await service.rotate(NOW, AT_ONCE)
    before = await store.load()
    await service.retire(kid, NOW)
    assert await store.load() == before


async def test_private_keys_rest_sealed() -> None:
    store = MemoryKeyStore()
    await service_over(store).ensure_first(NOW)
    for key in (await store.load()).keys:
        assert MASTER_KEY.key_id in key.sealed_private
        # Every PKCS #8 key of these algorithms begins with a DER sequence that names the algorithm.
        assert b"\x2a\x86\x48" not in key.sealed_private


async def test_the_lasting_verifier_knows_expired_and_withdrawn_keys_of_ours_and_says_which_were_withdrawn() -> None:
    expired = signing_key(number=1, retires_at=NOW - 2 * HOUR, expires_at=NOW - HOUR)
    withdrawn = signing_key(number=2, retires_at=NOW - HOUR, expires_at=NOW - HOUR)
    keys = (expired, withdrawn, signing_key(number=3))
    service = service_over(MemoryKeyStore(keys))
    verifier = await service.lasting_verifier()
    for key in keys:
        opened = KeySet.open([replace(key, retires_at=None, expires_at=None)], MASTER_KEY, NOW)
        token = Signer(opened).sign({"a": "b"}, algorithm="ES256", typ="x", now=NOW)
        assert verifier.verify_hint(token, algorithms=["ES256"]).kid == key.kid
    assert [verifier.is_withdrawn(key.kid) for key in keys] == [False, True, False]


@pytest.mark.parametrize(
    "planted",
    [
        replace(signing_key(number=1), sealed_private=b""),
        replace(signing_key(number=1), public_jwk=signing_key(number=2).public_jwk),
        replace(signing_key(number=1), public_jwk={}),
        replace(signing_key(number=1), kid=signing_key(number=2).kid),
        replace(signing_key(number=1), sealed_private=signing_key(number=2).sealed_private),
    ],
)
async def test_a_key_that_was_written_into_the_store_by_hand_verifies_nothing_lasting(planted: SigningKey) -> None:
    verifier = await service_over(MemoryKeyStore((planted,))).lasting_verifier()
    token = Signer(KeySet.open([signing_key(number=1)], MASTER_KEY, NOW)).sign({}, algorithm="ES256", typ="x", now=NOW)
    with pytest.raises(TokenInvalidError):
        verifier.verify_hint(token, algorithms=["ES256"])
