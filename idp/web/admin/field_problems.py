"""What is wrong with a field, as the console's pages show it: the rule in the page's language, its own words beside."""

from clients.errors import Problem
from idp.web.pages.admin import FieldProblem
from idp.web.texts import read_catalogue

# The rules that have words in the catalogues; one that has none reads as a wrong form.
RULE_WORDS = frozenset(key.removeprefix("rule.") for key in read_catalogue("vi") if key.startswith("rule."))


def told(problem: Problem) -> FieldProblem:
    """Return a problem as a page shows it."""
    rule = problem.rule if problem.rule in RULE_WORDS else "form"
    return FieldProblem(field=problem.field, rule=rule, reason=problem.reason, remedy=problem.remedy)
