"""Secrets: made at random, kept as keyed hashes, accepted until their end."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.client_secret import SECRET_PREFIX, hash_secret, make_secret, verify_secret
from clients.model import ClientSecret
from tests.unit.clients.entries import HOUR, NOW, PEPPER


def test_made_secret_has_256_bits_and_the_prefix_scanners_know() -> None:
    secrets = {make_secret() for _ in range(100)}
    assert len(secrets) == 100
    # 43 characters of base64url carry 256 bits.
    assert all(secret.startswith(SECRET_PREFIX) and len(secret) == len(SECRET_PREFIX) + 43 for secret in secrets)


@given(st.text(), st.text())
def test_only_the_secret_itself_is_accepted(secret: str, tried: str) -> None:
    stored = [ClientSecret(hash_secret(secret, PEPPER), NOW)]
    assert verify_secret(stored, tried, PEPPER, NOW) == (secret == tried)


def test_text_that_is_no_unicode_is_refused_without_a_crash() -> None:
    assert not verify_secret([ClientSecret(hash_secret("a", PEPPER), NOW)], "\udc80", PEPPER, NOW)


def test_hash_depends_on_the_pepper() -> None:
    stored = [ClientSecret(hash_secret("secret", PEPPER), NOW)]
    assert not verify_secret(stored, "secret", b"another pepper", NOW)


def test_both_secrets_are_accepted_during_the_overlap_and_the_old_one_ends() -> None:
    old = ClientSecret(hash_secret("old", PEPPER), NOW, NOW + HOUR)
    new = ClientSecret(hash_secret("new", PEPPER), NOW)
    before = NOW + HOUR - timedelta(microseconds=1)
    assert verify_secret([new, old], "old", PEPPER, before)
    assert not verify_secret([new, old], "old", PEPPER, NOW + HOUR)
    assert verify_secret([new, old], "new", PEPPER, NOW + HOUR)


def test_client_without_secrets_accepts_none() -> None:
    assert not verify_secret([], "", PEPPER, NOW)


def test_hash_is_not_printed() -> None:
    assert "hash" not in repr(ClientSecret(b"hash of a secret", NOW))
