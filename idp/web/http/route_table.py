"""All routes as records, and what is made from them: the ways back, the menus, the addresses in templates."""

from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote

from idp.account.model import AccountKind
from idp.web.http.places import Places
from idp.web.http.route import Route, RouteFacts
from idp.web.http.router import match_segments

_NAME = "{name}"
Entry = TypeVar("Entry", bound=str)


class RouteTable:
    """Finds a route by its path, its word or its name; made once, of the tables of all features."""

    def __init__(self, routes: Iterable[RouteFacts]) -> None:
        """Take the records; several of one path differ in what serves their methods."""
        self.routes = tuple(routes)
        self._exact: dict[str, RouteFacts] = {}
        for one in self.routes:
            self._exact.setdefault(one.path, one)
        self._patterns = [(one.path.split("/"), one) for path, one in self._exact.items() if "{" in path]
        self.places = Places({one.returns: one.path for one in self.routes if one.returns})
        names = {one.name: one.path for one in self.routes if one.name}
        self._named: Mapping[str, str] = {**self.places.paths, **names}

    def of(self, path: str) -> RouteFacts | None:
        """Return the route that a request's path leads to."""
        found = self._exact.get(path)
        if found is not None:
            return found
        segments = tuple(path.split("/"))
        return next(
            (
                one
                for wanted, one in self._patterns
                if len(wanted) == len(segments) and match_segments(tuple(wanted), segments) is not None
            ),
            None,
        )

    def url(self, name: str, of: str = "") -> str:
        """Return the address of the route that templates call so, of the object `of` where it is an object's page."""
        return self._named[name].replace(_NAME, quote(of, safe=""))

    def menu(self, entries: Iterable[Entry], kind: AccountKind) -> dict[Entry, str]:
        """Return the paths of the entries that an account of this kind may open, in the order of `entries`."""
        paths = {
            one.menu: one.path for one in self.routes if isinstance(one, Route) and one.menu and kind in one.visitors
        }
        return {entry: paths[entry] for entry in entries if entry in paths}
