"""Opening keys: what may sign is unsealed once, what may not is not held."""

import pytest

from keys.errors import NoActiveKeyError, SealBrokenError
from keys.key_set import KeySet
from keys.seal import MasterKey
from tests.unit.keys.made_keys import HOUR, MASTER_KEY, NOW, signing_key

ACTIVE = signing_key("ES256", 0)
PUBLISHED = signing_key("ES256", 1, activates_at=NOW + HOUR)
RETIRED = signing_key("ES256", 2, activates_at=NOW - 2 * HOUR, retires_at=NOW - HOUR, expires_at=NOW + HOUR)


def test_keys_stand_in_the_order_of_their_activation() -> None:
    keys = KeySet.open([PUBLISHED, ACTIVE, RETIRED], MASTER_KEY, NOW)
    assert keys.records == (RETIRED, ACTIVE, PUBLISHED)


def test_private_half_of_a_retired_key_is_not_opened() -> None:
    keys = KeySet.open([RETIRED, ACTIVE, PUBLISHED], MASTER_KEY, NOW)
    assert [key.private is not None for key in keys.keys] == [False, True, True]


def test_reload_keeps_what_is_parsed() -> None:
    first = KeySet.open([ACTIVE, PUBLISHED], MASTER_KEY, NOW)
    again = KeySet.open([ACTIVE, PUBLISHED], MASTER_KEY, NOW, {key.record.kid: key for key in first.keys})
    assert [key.private for key in again.keys] == [key.private for key in first.keys]
    assert all(new.private is old.private for new, old in zip(again.keys, first.keys, strict=True))
    assert all(new.public is old.public for new, old in zip(again.keys, first.keys, strict=True))


def test_reload_forgets_the_private_half_of_a_key_that_retired() -> None:
    first = KeySet.open([ACTIVE], MASTER_KEY, NOW)
    retired = signing_key("ES256", 0, retires_at=NOW, expires_at=NOW + HOUR)
    (again,) = KeySet.open([retired], MASTER_KEY, NOW, {key.record.kid: key for key in first.keys}).keys
    assert again.private is None
    assert again.record == retired


def test_wrong_master_key_opens_nothing() -> None:
    with pytest.raises(SealBrokenError):
        KeySet.open([ACTIVE], MasterKey(b"\x00" * 32), NOW)


def test_no_active_key_is_an_error_that_names_the_algorithm() -> None:
    with pytest.raises(NoActiveKeyError, match="RS256"):
        KeySet.open([ACTIVE], MASTER_KEY, NOW).active("RS256", NOW)


def test_private_halves_are_not_printed() -> None:
    assert "private" not in repr(KeySet.open([ACTIVE], MASTER_KEY, NOW))
