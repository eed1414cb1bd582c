"""Over https every cookie is bound to this host by its name; on http://localhost browsers refuse such names."""

from collections.abc import Callable

import pytest
from starlette.responses import Response

from clients.model import ClientId
from idp.web.http.cookies import Cookies
from tests.support.every import every_case

SETTERS: dict[str, Callable[[Cookies, Response], None]] = {
    "session": lambda cookies, response: cookies.set_session(response, "s" * 43),
    "end": lambda cookies, response: cookies.end_session(response),
    "language": lambda cookies, response: cookies.set_language(response, "vi"),
    "rated": lambda cookies, response: cookies.set_rated(response),
    "portal": lambda cookies, response: cookies.set_portal(response, ClientId("quoc-gia")),
    "browser": lambda cookies, response: cookies.set_browser(response, "b" * 43),
    "upstream": lambda cookies, response: cookies.set_upstream(response, "vneid"),
    "trial": lambda cookies, response: cookies.set_trial(response, "held"),
}


@pytest.mark.parametrize(("secure", "prefix"), [(True, "__Host-idp-"), (False, "idp-")])
def test_rfc6265bis_4_1_3_2_every_cookie_has_the_hosts_prefix_over_https(*, secure: bool, prefix: str) -> None:
    with every_case() as cases:
        for name, give in SETTERS.items():
            with cases.of(name):
                response = Response()
                give(Cookies(secure), response)
                given = [value.decode() for key, value in response.raw_headers if key == b"set-cookie"]
                assert given
                assert all(one.startswith(prefix) for one in given)
                assert all(("Secure" in one) is secure and "Path=/" in one and "omain" not in one for one in given)
