"""Secrets: sealed values open only where, and as, they were sealed; nothing prints."""

import hashlib
import hmac
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.secrets import HashKey, SealBrokenError, Sealer, Secret, derive_key, new_secret

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SEALER = Sealer({"2026a": KEY}, "2026a")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_a_sealed_value_opens_in_its_place(value: bytes, place: str) -> None:
    assert SEALER.open(SEALER.seal(value, place), place) == value


@given(st.binary(max_size=50), st.text(max_size=20), st.text(max_size=20))
def test_a_value_does_not_open_in_another_place(value: bytes, place: str, elsewhere: str) -> None:
    if place == elsewhere:
        elsewhere += "2"
    with pytest.raises(SealBrokenError):
        SEALER.open(SEALER.seal(value, place), elsewhere)


@given(st.binary(min_size=1, max_size=50), st.data())
def test_an_envelope_with_one_changed_bit_does_not_open(value: bytes, data: st.DataObject) -> None:
    envelope = bytearray(SEALER.seal(value, "accounts.phone"))
    index = data.draw(st.integers(0, len(envelope) - 1))
    envelope[index] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBrokenError):
        SEALER.open(bytes(envelope), "accounts.phone")


@given(st.data())
def test_a_truncated_envelope_does_not_open(data: st.DataObject) -> None:
    envelope = SEALER.seal(b"value", "p")
    with pytest.raises(SealBrokenError):
        SEALER.open(envelope[: data.draw(st.integers(0, len(envelope) - 1))], "p")


@given(st.binary(max_size=100))
def test_bytes_that_were_never_sealed_raise_nothing_but_the_declared_error(noise: bytes) -> None:
    with pytest.raises(SealBrokenError):
        SEALER.open(noise, "p")


def test_a_value_under_a_key_that_is_not_loaded_does_not_open() -> None:
    with pytest.raises(SealBrokenError, match="not loaded"):
        Sealer({"2027a": OTHER_KEY}, "2027a").open(SEALER.seal(b"value", "p"), "p")


def test_a_value_does_not_open_with_another_key_of_the_same_name() -> None:
    with pytest.raises(SealBrokenError, match="does not open"):
        Sealer({"2026a": OTHER_KEY}, "2026a").open(SEALER.seal(b"value", "p"), "p")


def test_a_new_key_seals_while_old_values_still_open() -> None:
    rotated = Sealer({"2026a": KEY, "2027a": OTHER_KEY}, "2027a")
    assert rotated.open(SEALER.seal(b"old", "p"), "p") == b"old"
    assert rotated.open(rotated.seal(b"new", "p"), "p") == b"new"
    with pytest.raises(SealBrokenError):
        SEALER.open(rotated.seal(b"new", "p"), "p")


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    assert SEALER.seal(b"value", "p") != SEALER.seal(b"value", "p")


def test_a_broken_seal_says_the_place_and_not_the_value() -> None:
    envelope = SEALER.seal(b"+84912345678", "accounts.phone")
    with pytest.raises(SealBrokenError) as caught:
        SEALER.open(envelope[:-1] + bytes([envelope[-1] ^ 1]), "accounts.phone")
    assert (caught.value.code, caught.value.detail) == ("server_error", "envelope of accounts.phone does not open")


def test_no_holder_of_a_secret_prints_it() -> None:
    shown = [Secret("canary-secret"), HashKey(b"canary-secret"), Sealer({"id": b"canary-secret"}, "id")]
    for holder in shown:
        assert "canary" not in f"{holder} {holder!r} {[holder]}"
    assert repr(shown[0]) == str(shown[0]) == "Secret('****')"


def test_a_secret_is_revealed_on_request_only() -> None:
    assert Secret("value").reveal() == "value"


def test_secrets_compare_by_value_and_only_with_secrets() -> None:
    assert Secret("giá trị") == Secret("giá trị")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_secret_cannot_be_a_dictionary_key() -> None:
    with pytest.raises(TypeError):
        hash(Secret("a"))


def test_rfc6749_10_10_a_new_secret_has_256_bits_in_43_url_safe_letters() -> None:
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert {len(text) for text in made} == {43}
    assert set("".join(made)) <= set(ascii_letters + digits + "-_")


def test_a_keyed_hash_is_hmac_sha256() -> None:
    assert HashKey(KEY).digest("value") == hmac.new(KEY, b"value", hashlib.sha256).digest()


def test_a_keyed_hash_matches_its_text_under_its_key_only() -> None:
    key = HashKey(KEY)
    assert key.matches("value", key.digest("value")) is True
    assert key.matches("Value", key.digest("value")) is False
    assert HashKey(OTHER_KEY).matches("value", key.digest("value")) is False


def test_rfc5869_2_3_a_derived_key_is_the_first_block_of_hkdf_expand() -> None:
    assert derive_key(KEY, "codes") == hmac.new(KEY, b"codes\x01", hashlib.sha256).digest()


def test_each_purpose_has_its_own_key() -> None:
    assert derive_key(KEY, "codes") != derive_key(KEY, "refresh")
    assert derive_key(KEY, "codes") != derive_key(OTHER_KEY, "codes")
