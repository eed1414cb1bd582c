"""Every sentence of a broken rule that is told is in the catalogues, and the code says every one there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest

import clients
import idp.admin
import idp.settings
import idp.web.admin
import idp.web.admin_api
from clients.addresses.redirect_uris import RULES as REDIRECT_RULES
from clients.consistency import RULES
from clients.errors import Problem
from idp.admin.clients.health import CheckCause, CheckState, Judged
from idp.admin.clients.key_set import problem_of
from idp.settings.alert_limits import BOUNDS as ALERT_LIMITS
from idp.settings.limits import BOUNDS as LIMITS
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.problem_words import in_words
from idp.web.admin_api.decoding import FORMS
from idp.web.http.texts import read_catalogue
from tests.support.every import for_each
from tests.support.running.servers import REPOSITORY

# What only commands tell, and pages that tell problems by names of rules of their own.
_OTHERS = {
    "clients/file.py",
    *(f"idp/admin/agencies/{name}.py" for name in ("plan", "file")),
    "idp/web/admin/administrators/administrators.py",
    "idp/web/admin/agencies/forms.py",
    "idp/web/admin/field_problems.py",
    "idp/web/admin/metrics/metrics.py",
    "idp/web/admin/people/people.py",
}
# What says beside them why a value is no such value.
_SAYING = ("idp/agencies/model.py", "idp/protocol/forms.py")
# What takes a reason and a remedy, and where in its arguments they are.
_SAYS = {
    "Problem": 2,
    "report": 2,
    "RuleBrokenError": 1,
    "Rule": 1,
    "RedirectUriError": 1,
    "add": 2,
    "_problem": 2,
    "InvalidAgencyCodeError": 0,
    "InvalidSignInNameError": 0,
    "FormError": 0,
}
_PACKAGES = (clients, idp.settings, idp.admin, idp.web.admin, idp.web.admin_api)
# What is said by a name, or in place of what has no words of its own.
_NAMED = {
    "a parameter was sent more than once",
    "it has another form than the document says",
    "that cannot be right",
    "write fewer characters",
}
_FAMILIES = ("problem_words.", "api_words.")
# What no text in Vietnamese has: a word of English that is no name of ours.
ENGLISH = re.compile(r"\b(the|is|of|and|are|was|not|it|with|where|there|that|this|has|have)\b", re.IGNORECASE)
VIETNAMESE = re.compile(r"[\u00c0-\u01b0\u1ea0-\u1ef9]")


def sources() -> list[Path]:
    folders = chain.from_iterable(one.__path__ for one in _PACKAGES)
    found = {path for folder in folders for path in Path(folder).rglob("*.py")}
    others = {REPOSITORY / one for one in _OTHERS}
    assert {one for one in others if not one.is_file()} == set()
    return [*sorted(found - others), *(REPOSITORY / one for one in _SAYING)]


def spelt(node: ast.expr) -> str | None:
    """Return a text with "7" for each of its values; None for what is no text here."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in values)
        case _:
            return None


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield what a module says of broken rules, in calls and in what it names `reason`, `remedy` and `why`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in _SAYS:
                yield from filter(None, map(spelt, args[_SAYS[name] : _SAYS[name] + 2]))
            case ast.Call(func=ast.Name(id="as_pattern"), args=[_, meaning]):
                yield f"write {spelt(meaning)}"
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in {"reason", "remedy"}:
                texts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                yield from filter(None, map(spelt, texts))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=both)) if name.startswith("_WHY"):
                yield from filter(None, map(spelt, both))
            case ast.AnnAssign(target=ast.Name(id="_CODES" | "_FIELDS" | "_NOT_PROVED"), value=ast.Dict(values=pairs)):
                yield from filter(
                    None, (spelt(one) for pair in pairs if isinstance(pair, ast.Tuple) for one in pair.elts)
                )


@cache
def said_by_code() -> frozenset[str]:
    found = set(chain.from_iterable(sentences(ast.parse(path.read_text("utf-8"))) for path in sources()))
    for problem in (problem_of(Judged(CheckState.FAILS, cause, "")) for cause in CheckCause if cause):
        found |= {problem.reason.partition(" (")[0], problem.remedy}
    bounds = (*LIMITS.values(), *ALERT_LIMITS.values())
    found |= {why for bound in bounds for why in (bound.below, bound.above)}
    sevens = dict.fromkeys(("least", "most", "wanted", "found", "name"), "7")
    return frozenset(found | {sentence.format_map(sevens) for _, sentence in FORMS} | _NAMED)


@for_each(lambda: ((said,) for said in sorted(said_by_code())), str)
def test_what_a_rule_says_has_words_in_every_language(said: str) -> None:
    # What follows a bound is a sentence itself: here one that is known.
    assert "vi" in in_words(re.sub(r"^(it is .*: )7$", r"\1a flood would pass for a peak", said))


def test_no_words_are_left_of_what_nobody_says() -> None:
    texts = (text for key, text in read_catalogue("en").items() if key.startswith(_FAMILIES))
    written = {"".join(words + ("7" if name else "") for words, name, _, _ in Formatter().parse(one)) for one in texts}
    # The last comes of two texts, in idp/admin/clients/key_set.py.
    assert written - said_by_code() == {"7 (7)"}


@for_each(lambda: ((said,) for said in sorted(said_by_code())), str)
def test_what_a_rule_says_is_of_one_language(said: str) -> None:
    problem_shown = in_words(re.sub(r"^(it is .*: )7$", r"\1a flood would pass for a peak", said))
    assert VIETNAMESE.search(problem_shown["en"]) is None, problem_shown["en"]
    assert ENGLISH.search(problem_shown["vi"]) is None, problem_shown["vi"]


def test_a_sentence_with_values_has_them_in_every_language() -> None:
    assert in_words("write at most 300")["vi"] == "viết nhiều nhất 300"
    assert in_words("it is above 300: one address could flood the service")["vi"].startswith("cao hơn 300: một địa chỉ")
    assert in_words("begin with {site}")["vi"] == "mở đầu bằng {site}"


@pytest.mark.parametrize(
    "said", ["", "nobody says this", "something (new)", "x" * 5000, "{", "}{", "write", "%s\n\x00"]
)
def test_what_no_catalogue_has_stays_in_english(said: str) -> None:
    assert in_words(said) == {"en": said}


def test_a_value_is_never_read_as_a_placeholder() -> None:
    words = in_words("{0} uses no secret")
    assert words["vi"] == "{0} không dùng khóa bí mật"


def test_a_problem_is_one_sentence_in_the_page_s_language() -> None:
    shown = problem_shown(Problem("overlap", "form", "the hours are no whole number", "write a number"))
    assert shown.said == {
        "vi": "Số giờ không phải số nguyên; viết một số.",
        "en": "The hours are no whole number; write a number.",
    }
    assert set(problem_shown(Problem("x", "form", "nobody says this", "write a number")).said) == {"en"}


def test_the_rules_of_clients_have_words() -> None:
    said = [(rule.reason, rule.remedy) for rule in REDIRECT_RULES] + [(rule.reason, rule.remedy) for rule in RULES]
    assert all("vi" in in_words(one) for one in chain.from_iterable(said))
