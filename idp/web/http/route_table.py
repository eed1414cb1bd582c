"""All routes as records, and what is made from them: the ways back, the menus, the addresses in templates."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from idp.account.model import AccountKind
from idp.web.http.places import Places, path_of
from idp.web.http.route import Route, RouteFacts
from idp.web.http.router import PathIndex

Entry = TypeVar("Entry", bound=str)


class RouteTable:
    """Finds a route by its path, its word or its name; made once, of the tables of all features."""

    def __init__(self, routes: Iterable[RouteFacts]) -> None:
        """Take the records; several of one path differ in what serves their methods."""
        self.routes = tuple(routes)
        first: dict[str, RouteFacts] = {}
        for one in self.routes:
            first.setdefault(one.path, one)
        self._paths = PathIndex(first)
        self.places = Places({one.returns: one.path for one in self.routes if one.returns})
        names = {one.name: one.path for one in self.routes if one.name}
        self._named: Mapping[str, str] = {**self.places.paths, **names}

    def of(self, path: str) -> RouteFacts | None:
        """Return the route that a request's path leads to."""
        exact = self._paths.exact.get(path)
        if exact is not None:
            return exact
        found = self._paths.by_pattern(path)
        return found[0] if found else None

    def url(self, name: str, of: str = "") -> str:
        """Return the address of the route that templates call so, of the object `of` where it is an object's page."""
        return path_of(self._named[name], of)

    def menu(self, entries: Iterable[Entry], kind: AccountKind) -> dict[Entry, str]:
        """Return the paths of the entries that an account of this kind may open, in the order of `entries`."""
        paths = {
            one.menu: one.path for one in self.routes if isinstance(one, Route) and one.menu and kind in one.visitors
        }
        return {entry: paths[entry] for entry in entries if entry in paths}
