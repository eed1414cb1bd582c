"""A route is a record. Menus, guards, the form of errors, the ways back and the tests' families are made from it."""

from collections.abc import Awaitable, Callable, Iterable
from types import MethodType
from typing import Literal

from msgspec import Struct
from starlette.responses import Response

from idp.account.model import AccountKind
from idp.web.http.router import Row

GET, POST, GET_POST = ("GET",), ("POST",), ("GET", "POST")

# How an error at a route is told: a page, JSON in the form of RFC 6749 5.2, or a problem document (RFC 9457).
Answers = Literal["page", "json", "problem"]

# Whose session a route asks for. Nobody's: who comes needs none, or shows something else, as programs do.
Visitors = frozenset[AccountKind]
ANYONE: Visitors = frozenset()
CITIZENS: Visitors = frozenset({AccountKind.CITIZEN})
OFFICERS: Visitors = frozenset({AccountKind.OFFICER})
CITIZENS_AND_OFFICERS = CITIZENS | OFFICERS
EVERY_ACCOUNT: Visitors = frozenset(AccountKind)

# A method of a class of handlers, before there is one of the class: its first argument is the one.
Serve = Callable[..., Awaitable[Response]]


class Address(Struct, frozen=True):
    """Where a route is: a segment such as `{name}` takes any one segment."""

    path: str


class RouteFacts(Address, frozen=True, kw_only=True):
    """What is known of a route of any kind; each kind adds how it is served."""

    methods: tuple[str, ...]
    answers: Answers = "page"
    # Whether whoever sits down next may find there what stays behind of it.
    shared_computer: bool = True
    # Its entry in the menu of its pages.
    menu: str | None = None
    # The public word that leads back to it after a confirmation or a sign-in (`idp.web.http.places`).
    returns: str | None = None
    # What templates call it, where no word leads back to it.
    name: str | None = None
    # Where its matter begins, if its page cannot be opened by itself or cannot go on.
    begins_at: str | None = None
    # A client's request may come by POST too, from any site; a form of ours is protected.
    own_form: bool = True
    # Scripts of registered browser apps may call it from their own origins (idp.web.http.cross_origin).
    browser_apps: bool = False

    @property
    def visitors(self) -> Visitors:
        """Return whose session the route asks for."""
        return ANYONE

    @property
    def takes_form(self) -> bool:
        """Say whether a form of one of our pages is sent here."""
        return "POST" in self.methods and self.answers == "page" and self.own_form


class Route(RouteFacts, frozen=True):
    """A route that methods of a class serve: `show` for GET and `submit` for POST, where no others are named."""

    handlers: type
    visitors: Visitors
    get: Serve | None = None
    post: Serve | None = None

    def serving(self, method: str) -> Serve:
        """Return what serves a method."""
        named = self.get if method == "GET" else self.post
        serve: Serve = named or getattr(self.handlers, "show" if method == "GET" else "submit")
        return serve


def bind(routes: Iterable[Route], *handlers: object) -> list[Row]:
    """Return the rows of the router, served by these handlers: one of each class that the routes name."""
    table, made = tuple(routes), {type(one): one for one in handlers}
    if made.keys() != {one.handlers for one in table} or len(made) != len(handlers):
        raise TypeError(f"not one of each class of handlers: {sorted(kind.__name__ for kind in made)}")
    return [
        (one.path, MethodType(one.serving(method), made[one.handlers]), (method,))
        for one in table
        for method in one.methods
    ]
