"""What is wrong with a field, as the console's pages show it: in the page's language where it has words for it."""

from clients.errors import Problem
from idp.kernel.locales import LOCALES
from idp.web.admin.pages import FieldProblem
from idp.web.admin.problem_words import in_words


def problem_shown(problem: Problem) -> FieldProblem:
    """Return a problem as a page shows it."""
    reason, remedy = in_words(problem.reason), in_words(problem.remedy)
    said = {one: _sentence(reason[one], remedy[one]) for one in LOCALES if one in reason and one in remedy}
    return FieldProblem(field=problem.field, said=said)


def _sentence(reason: str, remedy: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}; {remedy}" + ("" if remedy.endswith(("?", ".")) else ".")
