"""A challenge is good for one browser, one purpose, one account, and for a while."""

from datetime import timedelta

import pytest

from idp.factors.passkey.challenges import CHALLENGE_LIFE, PasskeyChallenges
from idp.grants.model import ClaimOnce
from idp.kernel.ids import AccountId
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, NOW, PROVIDER

CHALLENGES = PasskeyChallenges(PROVIDER.sealer)
OTHER_ACCOUNT = replace(ACCOUNT, id=AccountId("0" * 26))


def test_webauthn_13_4_3_a_challenge_is_32_random_bytes() -> None:
    values = {CHALLENGES.begin("show", "browser", None, NOW)[0].value for _ in range(50)}
    assert len(values) == 50
    assert {len(value) for value in values} == {32}


@pytest.mark.parametrize("account", [None, ACCOUNT])
def test_its_own_browser_opens_it(account: object) -> None:
    whose = ACCOUNT if account else None
    challenge, name = CHALLENGES.begin("show", "browser", whose, NOW)
    assert CHALLENGES.open(name, "show", "browser", whose) == challenge
    assert challenge.expires_at == NOW + CHALLENGE_LIFE


def test_se_7_nothing_else_opens_it() -> None:
    _, name = CHALLENGES.begin("show", "browser", ACCOUNT, NOW)
    assert CHALLENGES.open(name, "show", "another browser", ACCOUNT) is None
    assert CHALLENGES.open(name, "create", "browser", ACCOUNT) is None
    assert CHALLENGES.open(name, "show", "browser", OTHER_ACCOUNT) is None
    assert CHALLENGES.open(name, "show", "browser", None) is None


@pytest.mark.parametrize("name", ["", "x", "AAAA", "é" * 40, "=" * 40, "A" * 4000, "\ud800"])
def test_what_is_no_name_opens_nothing(name: str) -> None:
    assert CHALLENGES.open(name, "show", "browser", None) is None


def test_a_changed_name_opens_nothing() -> None:
    _, name = CHALLENGES.begin("show", "browser", None, NOW)
    changed = name[:40] + ("A" if name[40] != "A" else "B") + name[41:]
    assert CHALLENGES.open(changed, "show", "browser", None) is None


def test_i12_its_claim_is_remembered_as_long_as_it_opens() -> None:
    challenge, _ = CHALLENGES.begin("show", "browser", None, NOW)
    assert challenge.claim == ClaimOnce(
        purpose="passkey_challenge", value_hash=challenge.value, expires_at=NOW + timedelta(minutes=30)
    )
