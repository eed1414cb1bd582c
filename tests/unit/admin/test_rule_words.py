"""Every rule that a registration can break has words in both languages."""

import re
from pathlib import Path

import pytest

import clients
import idp.admin
from clients.redirect_uris import RULES
from idp.web.admin.field_problems import RULE_WORDS

# A rule is the first text in small letters and dashes among the arguments of what reports it.
_REPORTED = (
    re.compile(r'RuleBrokenError\(\s*"([a-z-]+)"'),
    re.compile(r'Problem\(\s*(?:f?"[^"]*"|[a-z_]+),\s*"([a-z-]+)"'),
    re.compile(r'_Rule\("[a-z_]+", "([a-z-]+)"'),
    re.compile(r'report\([^,\n]+, "([a-z-]+)"'),
)
_OF_CLIENTS = ("client_wishes.py", "clients.py", "client_key_set.py", "approvals.py", "reasons.py")


def sources() -> list[Path]:
    of_admin = [Path(folder) / name for folder in idp.admin.__path__ for name in _OF_CLIENTS]
    return [*(path for folder in clients.__path__ for path in Path(folder).glob("*.py")), *of_admin]


@pytest.mark.parametrize("source", sources(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_rule_has_words(source: Path) -> None:
    text = source.read_text("utf-8")
    found = {rule for pattern in _REPORTED for rule in pattern.findall(text)}
    assert found <= RULE_WORDS


def test_the_rules_of_redirect_uris_have_words() -> None:
    assert {rule.name for rule in RULES} <= RULE_WORDS
