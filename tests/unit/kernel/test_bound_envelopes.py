"""Envelopes of version 3 name their row: a ciphertext that is copied to another row opens nowhere but at home."""

import os
import pickle

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idp.kernel.places import Column, Place
from idp.kernel.secrets import KeyRing, SealBrokenError, Sealer, SealingKeys

OLD, NEW, PHONE = b"k" * 32, b"n" * 32, Column("contacts.phone")
SEALER = Sealer({"g1": OLD}, "g1")


def of_version_2(value: bytes, key_id: str = "g1", key: bytes = OLD) -> bytes:
    """Seal as the release before did: the place without the row."""
    header, salt = b"\x02" + bytes([len(key_id)]) + key_id.encode(), os.urandom(24)
    message_key = HKDF(SHA256(), 32, salt, b"envelope 2 stored").derive(key)
    return header + salt + AESGCM(message_key).encrypt(bytes(12), value, header + b"contacts.phone")


def test_rfc5869_a_bound_envelope_has_its_version_in_key_and_data() -> None:
    envelope = SEALER.seal(b"value", PHONE.of("person"))
    header, salt, sealed = envelope[:4], envelope[4:28], envelope[28:]
    assert header == b"\x03\x02g1"
    key = HKDF(SHA256(), 32, salt, b"envelope 3 stored").derive(OLD)
    assert AESGCM(key).decrypt(bytes(12), sealed, header + b"contacts.phone\x00person") == b"value"


def test_a_value_opens_in_its_own_row_only() -> None:
    envelope = SEALER.seal(b"value", PHONE.of("person"))
    assert SEALER.open(envelope, PHONE.of("person")) == b"value"
    for elsewhere in (PHONE.of("another"), PHONE.of(""), Column("contacts.email").of("person"), "contacts.phone"):
        with pytest.raises(SealBrokenError):
            SEALER.open(envelope, elsewhere)


def test_a_row_and_a_column_are_not_taken_for_each_other() -> None:
    envelope = SEALER.seal(b"value", Place("a", "b\x00c"))
    assert SEALER.open(envelope, Place("a", "b\x00c")) == b"value"
    with pytest.raises(ValueError, match="NUL"):
        Place("a\x00b", "c")


def test_an_envelope_of_the_release_before_opens_in_its_column() -> None:
    assert SEALER.open(of_version_2(b"value"), PHONE.of("person")) == b"value"
    with pytest.raises(SealBrokenError):
        SEALER.open(of_version_2(b"value"), Column("contacts.email").of("person"))


def test_no_older_version_opens_under_a_later_generation() -> None:
    """Else who can write to the store would bring values of a backup under the old form into any row."""
    ring = KeyRing(SealingKeys({"g1": OLD, "g2": NEW}, "g2", frozenset({"g1"})))
    sealer = Sealer.over(ring)
    assert sealer.open(of_version_2(b"value"), PHONE.of("person")) == b"value"
    assert sealer.open(sealer.seal(b"value", PHONE.of("person")), PHONE.of("person")) == b"value"
    with pytest.raises(SealBrokenError):
        sealer.open(of_version_2(b"value", "g2", NEW), PHONE.of("person"))


def test_an_envelope_that_calls_itself_an_older_one_does_not_open() -> None:
    envelope = SEALER.seal(b"value", PHONE.of("person"))
    for version in (b"\x01", b"\x02", b"\x04"):
        with pytest.raises(SealBrokenError):
            SEALER.open(version + envelope[1:], PHONE.of("person"))


def test_a_new_generation_reaches_sealers_that_are_in_use() -> None:
    ring = KeyRing(SealingKeys({"g1": OLD}, "g1", frozenset({"g1"})))
    sealer, shown = Sealer.over(ring), Sealer.over(ring).shown()
    before = sealer.seal(b"value", PHONE.of("person"))
    ring.held = SealingKeys({"g1": OLD, "g2": NEW}, "g2", frozenset({"g1"}))
    assert sealer.seal(b"value", PHONE.of("person"))[2:4] == shown.seal(b"value", "page")[2:4] == b"g2"
    assert sealer.open(before, PHONE.of("person")) == b"value"
    assert sealer.generation_of(before) == "g1"
    ring.held = SealingKeys({"g2": NEW}, "g2", frozenset())
    with pytest.raises(SealBrokenError):
        sealer.open(before, PHONE.of("person"))


def test_the_processes_of_an_import_get_the_keys_and_show_none() -> None:
    copied = pickle.loads(pickle.dumps(SEALER))
    assert copied.open(SEALER.seal(b"value", PHONE.of("person")), PHONE.of("person")) == b"value"
    ring = KeyRing(SealingKeys({"g1": OLD}, "g1", frozenset()))
    assert not any("kkk" in repr(one) for one in (SEALER, ring, ring.held))
