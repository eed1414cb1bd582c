"""Secrets: made at random, kept as keyed hashes, accepted until their end."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.client_secret import (
    SECRET_PREFIX,
    hash_secret,
    new_client_secret,
    signing_secrets,
    usable_secrets,
    verify_secret,
)
from clients.model import ClientSecret
from records.structs import replace
from tests.unit.clients.entries import HOUR, NOW, PEPPER, client


def test_made_secret_has_256_bits_and_the_prefix_scanners_know() -> None:
    made = [new_client_secret("client_secret_basic", PEPPER, NOW) for _ in range(100)]
    secrets = {secret for secret, _ in made}
    assert len(secrets) == 100
    assert all(kept == ClientSecret(hash_secret(secret, PEPPER), NOW) for secret, kept in made)
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


def test_rfc7518_3_2_a_secret_that_signs_is_known_again_by_salt_and_pepper_and_not_by_one_of_them() -> None:
    secret, kept = new_client_secret("client_secret_jwt", PEPPER, NOW)
    # As many octets as the longest MAC has, and more.
    assert len(secret) >= 64
    assert secret.startswith(SECRET_PREFIX)
    assert signing_secrets([kept], PEPPER, NOW) == (secret.encode(),)
    assert signing_secrets([kept], b"another pepper", NOW) != (secret.encode(),)
    assert signing_secrets([replace(kept, salt=b"another salt")], PEPPER, NOW) != (secret.encode(),)
    assert secret not in repr(kept)
    assert new_client_secret("client_secret_jwt", PEPPER, NOW)[0] != secret
    # It may be shown as any other, where the method becomes another.
    assert verify_secret([kept], secret, PEPPER, NOW)


def test_a_secret_signs_until_its_end_and_one_that_is_only_hashed_signs_nothing() -> None:
    _, signing = new_client_secret("client_secret_jwt", PEPPER, NOW)
    hashed = ClientSecret(hash_secret("literal", PEPPER), NOW)
    assert len(signing_secrets([signing, hashed], PEPPER, NOW)) == 1
    assert signing_secrets([replace(signing, expires_at=NOW + HOUR)], PEPPER, NOW + HOUR) == ()
    basic = replace(client(), secrets=(hashed,))
    assert usable_secrets(basic, NOW) == (hashed,)
    assert usable_secrets(replace(basic, token_endpoint_auth_method="client_secret_jwt"), NOW) == ()
