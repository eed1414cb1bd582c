"""Routes as records: what is made from them, and what fails where a record lacks what it needs."""

from collections import Counter

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from idp.account.model import AccountKind
from idp.web.account.shell_page import PARTS, AccountPart
from idp.web.admin.routes import CONSOLE
from idp.web.admin.shell_page import PARTS as CONSOLE_PARTS
from idp.web.http.route import ANYONE, CITIZENS, EVERY_ACCOUNT, GET, GET_POST, Route, bind
from idp.web.http.route_table import RouteTable
from idp.web.routes import TABLE


class Handlers:
    """A page with a form, and one more."""

    async def show(self, _: Request) -> Response:
        return PlainTextResponse("shown")

    async def submit(self, _: Request) -> Response:
        return PlainTextResponse("taken")

    async def other(self, _: Request) -> Response:
        return PlainTextResponse("other")


class Others(Handlers):
    """Handlers of another class."""


PAGE = Route("/page", Handlers, methods=GET_POST, visitors=EVERY_ACCOUNT, menu="home", returns="page")
OTHER = Route("/page/{name}", Handlers, methods=GET, visitors=CITIZENS, get=Handlers.other, name="one")
SMALL = RouteTable((PAGE, OTHER))


async def test_show_serves_get_and_submit_post_where_no_others_are_named() -> None:
    rows = bind((PAGE, OTHER), Handlers())
    request = Request({"type": "http"})
    served = [(path, methods, (await handler(request)).body) for path, handler, methods in rows]
    assert served == [
        ("/page", ("GET",), b"shown"),
        ("/page", ("POST",), b"taken"),
        ("/page/{name}", ("GET",), b"other"),
    ]


@pytest.mark.parametrize("handlers", [(), (Others(),), (Handlers(), Others()), (Handlers(), Handlers())])
def test_a_table_is_served_by_one_of_each_of_its_classes(handlers: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        bind((PAGE,), *handlers)


def test_a_route_is_found_by_what_a_request_asks_for() -> None:
    assert SMALL.of("/page") is PAGE
    assert SMALL.of("/page/x") is OTHER
    assert [SMALL.of(path) for path in ("/page/", "/page/x/y", "/", "")] == [None] * 4


def test_an_address_is_made_of_a_name_and_an_object() -> None:
    assert (SMALL.url("page"), SMALL.url("one", "a/b?c")) == ("/page", "/page/a%2Fb%3Fc")
    with pytest.raises(KeyError):
        SMALL.url("nothing")


def test_a_menu_shows_what_the_account_may_open_in_the_order_of_its_words() -> None:
    two = RouteTable((Route("/b", Handlers, methods=GET, visitors=CITIZENS, menu="close"), PAGE))
    assert list(two.menu(PARTS, AccountKind.CITIZEN).items()) == [("home", "/page"), ("close", "/b")]
    assert list(two.menu(PARTS, AccountKind.OFFICER)) == ["home"]


def test_every_word_of_a_menu_is_in_its_order_and_has_one_page() -> None:
    own = Counter(one.menu for one in TABLE.routes if isinstance(one, Route) and one.menu)
    assert own == Counter(PARTS)
    assert Counter(one.menu for one in CONSOLE if one.menu) == Counter(CONSOLE_PARTS)


def test_what_is_in_the_menu_needs_an_account() -> None:
    assert [one.path for one in TABLE.routes if one.menu and one.visitors == ANYONE] == []


def test_a_word_and_a_name_lead_to_one_page() -> None:
    words = Counter(word for one in TABLE.routes for word in (one.returns, one.name) if word)
    assert [word for word, count in words.items() if count > 1] == []


def test_words_of_the_console_say_so() -> None:
    """Whoever cancels a confirmation is led to the console by the beginning of the word."""
    console = {one.path for one in CONSOLE}
    words = [(one.returns, one.path in console) for one in TABLE.routes if one.returns]
    wrong = [word for word, of_console in words if word.startswith("admin") != of_console]
    assert wrong == []


def test_routes_of_one_path_agree_on_everything_but_how_they_are_served() -> None:
    """The first is asked for all of them."""
    found: dict[str, set[tuple[object, ...]]] = {}
    for one in TABLE.routes:
        found.setdefault(one.path, set()).add((one.visitors, one.answers, one.shared_computer, one.begins_at))
    assert [path for path, said in found.items() if len(said) > 1] == []


def test_the_order_of_the_menus_words_is_theirs() -> None:
    shown: list[AccountPart] = list(TABLE.menu(PARTS, AccountKind.CITIZEN))
    assert shown == [part for part in PARTS if part != "assist"]
