"""What follows from each verdict."""

import pytest

from idp.proofing.model import Verdict
from idp.proofing.policy import BEST_FIRST, BIRTH_DATE_VERDICTS, CONSEQUENCES, NAME_VERDICTS, Consequence
from idp.proofing.values.birth_dates import BirthDateMatch
from idp.proofing.values.names import NameMatch


@pytest.mark.parametrize(
    ("verdict", "account_opens", "matched"),
    [
        ("identical", True, True),
        ("same", True, True),
        ("near", True, False),
        ("different", False, False),
        ("no_record", False, False),
        ("no_answer", True, False),
        ("garbled", True, False),
    ],
)
def test_each_verdict_has_its_consequence(verdict: str, *, account_opens: bool, matched: bool) -> None:
    assert CONSEQUENCES[Verdict(verdict)] == Consequence(account_opens=account_opens, matched=matched)


def test_no_verdict_is_without_consequence_and_none_proves_without_an_account() -> None:
    assert set(CONSEQUENCES) == set(Verdict)
    assert all(consequence.account_opens for consequence in CONSEQUENCES.values() if consequence.matched)


def test_every_comparison_caps_the_verdict_and_every_cap_has_its_place() -> None:
    assert set(NAME_VERDICTS) == set(NameMatch)
    assert set(BIRTH_DATE_VERDICTS) == set(BirthDateMatch)
    assert {*NAME_VERDICTS.values(), *BIRTH_DATE_VERDICTS.values()} == set(BEST_FIRST)
