"""A sealed private key opens for its kid and its master key, and not otherwise."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import MasterKeyError, SealBrokenError
from keys.seal import MasterKey, seal, unseal
from tests.unit.keys.made_keys import MASTER_KEY

OTHER_MASTER_KEY = MasterKey(b"\xff" * 32)


@given(st.binary(max_size=200), st.text(max_size=50))
def test_seal_and_unseal_are_inverse(private: bytes, kid: str) -> None:
    assert unseal(seal(private, kid=kid, master_key=MASTER_KEY), kid=kid, master_key=MASTER_KEY) == private


def test_same_key_is_sealed_differently_each_time() -> None:
    assert seal(b"private", kid="k", master_key=MASTER_KEY) != seal(b"private", kid="k", master_key=MASTER_KEY)


def test_envelope_moved_to_another_kid_does_not_open() -> None:
    envelope = seal(b"private", kid="mine", master_key=MASTER_KEY)
    with pytest.raises(SealBrokenError, match="moved"):
        unseal(envelope, kid="other", master_key=MASTER_KEY)


def test_other_master_key_is_named() -> None:
    envelope = seal(b"private", kid="k", master_key=OTHER_MASTER_KEY)
    with pytest.raises(SealBrokenError, match=OTHER_MASTER_KEY.key_id.hex()):
        unseal(envelope, kid="k", master_key=MASTER_KEY)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_any_changed_byte_breaks_the_seal(place: int, change: int) -> None:
    envelope = bytearray(seal(b"private", kid="k", master_key=MASTER_KEY))
    envelope[place % len(envelope)] ^= change
    with pytest.raises(SealBrokenError):
        unseal(bytes(envelope), kid="k", master_key=MASTER_KEY)


@given(st.integers(min_value=0))
def test_any_truncation_breaks_the_seal(length: int) -> None:
    envelope = seal(b"private", kid="k", master_key=MASTER_KEY)
    with pytest.raises(SealBrokenError):
        unseal(envelope[: length % len(envelope)], kid="k", master_key=MASTER_KEY)


def test_master_key_survives_its_written_form() -> None:
    assert MasterKey.parse(MASTER_KEY.encode() + b"\n") == MASTER_KEY
    assert MasterKey.parse(base64.urlsafe_b64encode(MASTER_KEY.secret)) == MASTER_KEY


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_master_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MasterKeyError, match="32 bytes"):
        MasterKey.parse(base64.urlsafe_b64encode(b"\xfb" * length))


@pytest.mark.parametrize("text", [b"not base64url!", "khoá chủ".encode(), b"A" * 41, b"+" * 43])
def test_master_key_that_is_not_base64url_is_refused(text: bytes) -> None:
    with pytest.raises(MasterKeyError):
        MasterKey.parse(text)


def test_master_key_never_prints() -> None:
    assert str(MASTER_KEY.secret) not in repr(MASTER_KEY)


def test_derived_secrets_differ_by_purpose_and_repeat() -> None:
    assert MASTER_KEY.derive("client secrets") != MASTER_KEY.derive("signing keys")
    assert MASTER_KEY.derive("client secrets") == MASTER_KEY.derive("client secrets")
    assert len(MASTER_KEY.derive("client secrets")) == 32
