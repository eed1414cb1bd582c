"""What is wrong with a field, as the console's pages show it: in the page's language where the rule has words there."""

from collections.abc import Mapping
from types import MappingProxyType

from clients.consistency import RULES
from clients.errors import Problem
from clients.redirect_uris import RULES as REDIRECT_RULES
from idp.web.pages.admin import FieldProblem, RuleWords
from idp.web.texts import read_catalogue

# The rules that have words in the catalogues; one that has none reads as a wrong form.
RULE_WORDS = frozenset(key.removeprefix("rule.") for key in read_catalogue("vi") if key.startswith("rule."))
# What a rule says of every value alike has words in every language; what names the value it found is in English.
_WORDS: Mapping[tuple[str, str], RuleWords] = MappingProxyType(
    {
        **dict[tuple[str, str], RuleWords].fromkeys(((rule.name, rule.reason) for rule in RULES), "client_rules"),
        **dict[tuple[str, str], RuleWords].fromkeys(
            ((rule.name, rule.reason) for rule in REDIRECT_RULES), "redirect_rules"
        ),
    }
)


def told(problem: Problem) -> FieldProblem:
    """Return a problem as a page shows it."""
    rule = problem.rule if problem.rule in RULE_WORDS else "form"
    words = _WORDS.get((problem.rule, problem.reason), "")
    return FieldProblem(field=problem.field, rule=rule, reason=problem.reason, remedy=problem.remedy, words=words)
