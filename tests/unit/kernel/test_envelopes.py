"""Envelopes: a key for each message, other keys for what a browser carries; those of before still open."""

import base64
import os
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idp.factors.passkey.challenges import PasskeyChallenges
from idp.kernel.secrets import SealBrokenError, Sealer
from tests.support.builders.protocol import PROVIDER

KEY, PLACE = b"k" * 32, "accounts.phone"
SEALER = Sealer({"2026a": KEY}, "2026a")
_HEADER = b"\x052026a"


def message_key(salt: bytes, purpose: bytes) -> bytes:
    """Return the key of one message by the library's HKDF (RFC 5869 2.2, 2.3)."""
    return HKDF(SHA256(), 32, salt, b"envelope 3 " + purpose).derive(KEY)


def opened_by_hand(envelope: bytes, purpose: bytes) -> bytes:
    """Open an envelope of today without our code."""
    header, salt, sealed = envelope[:7], envelope[7:31], envelope[31:]
    assert header == b"\x03" + _HEADER
    return AESGCM(message_key(salt, purpose)).decrypt(bytes(12), sealed, header + PLACE.encode())


def of_before(value: bytes) -> bytes:
    """Seal as releases before did: one key for all, random nonces."""
    header, nonce = b"\x01" + _HEADER, os.urandom(12)
    return header + nonce + AESGCM(KEY).encrypt(nonce, value, header + PLACE.encode())


def test_rfc5869_a_message_has_the_key_of_its_salt() -> None:
    assert opened_by_hand(SEALER.seal(b"value", PLACE), b"stored") == b"value"
    assert opened_by_hand(SEALER.shown().seal(b"value", PLACE), b"shown") == b"value"


def test_no_two_messages_have_one_key() -> None:
    salts = {SEALER.seal(b"value", PLACE)[7:31] for _ in range(200)}
    assert len({message_key(salt, b"stored") for salt in salts}) == 200


@pytest.mark.parametrize("shown", [False, True], ids=["stored", "shown"])
def test_an_envelope_of_before_still_opens(*, shown: bool) -> None:
    sealer = SEALER.shown() if shown else SEALER
    assert sealer.open(of_before(b"value"), PLACE) == b"value"


def test_an_envelope_that_calls_itself_one_of_before_does_not_open() -> None:
    envelope = SEALER.seal(b"value", PLACE)
    assert SEALER.open(envelope, PLACE) == b"value"
    with pytest.raises(SealBrokenError):
        SEALER.open(b"\x01" + envelope[1:], PLACE)
    with pytest.raises(SealBrokenError):
        SEALER.open(b"\x03" + of_before(b"value")[1:], PLACE)


def test_what_a_browser_carries_and_what_is_stored_do_not_open_as_each_other() -> None:
    shown = SEALER.shown()
    assert shown.open(shown.seal(b"value", PLACE), PLACE) == b"value"
    with pytest.raises(SealBrokenError):
        SEALER.open(shown.seal(b"value", PLACE), PLACE)
    with pytest.raises(SealBrokenError):
        shown.open(SEALER.seal(b"value", PLACE), PLACE)


def test_a_challenge_in_a_hidden_field_is_sealed_as_shown() -> None:
    _, name = PasskeyChallenges(PROVIDER.sealer).begin("sign_in", "browser", None, datetime(2026, 3, 1, tzinfo=UTC))
    envelope, place = base64.urlsafe_b64decode(name), "passkey_challenge:sign_in:browser:"
    assert PROVIDER.sealer.shown().open(envelope, place)
    with pytest.raises(SealBrokenError):
        PROVIDER.sealer.open(envelope, place)
