"""Over https every cookie is bound to this host by its name; on http://localhost browsers refuse such names."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.responses import Response

from clients.model import ClientId
from idp.web.http.cookies import Cookies
from tests.support.every import every_case

NOW = datetime(2026, 12, 3, tzinfo=UTC)
SETTERS: dict[str, Callable[[Cookies, Response], None]] = {
    "session": lambda cookies, response: cookies.set_session(response, "s" * 43),
    "browser state": lambda cookies, response: cookies.set_browser_state(response, "v" * 43, NOW),
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


def given_by(response: Response) -> list[str]:
    return [value.decode() for key, value in response.raw_headers if key == b"set-cookie"]


@pytest.mark.parametrize(("secure", "site"), [(True, "SameSite=none"), (False, "SameSite=lax")])
def test_session_management_3_2_scripts_of_ours_read_one_cookie_in_frames_of_other_sites(
    *, secure: bool, site: str
) -> None:
    response = Response()
    Cookies(secure).set_browser_state(response, "v" * 43, NOW)
    (given,) = given_by(response)
    name, _, rest = given.partition("=")
    value, *attributes = rest.split("; ")
    assert name == Cookies(secure).browser_state_name
    assert value == f"{'v' * 43}.{int(NOW.timestamp())}"
    # No Max-Age: it goes with the session's cookie when the browser is closed.
    assert set(attributes) == {"Path=/", site} | ({"Secure"} if secure else set())


def test_a_new_session_takes_the_state_of_the_one_before_away_unless_it_is_told_anew() -> None:
    cookies = Cookies(secure=True)
    silent, telling = Response(), Response()
    cookies.set_session(silent, "s" * 43)
    cookies.set_browser_state(telling, "v" * 43, NOW)
    cookies.set_session(telling, "s" * 43)
    name = cookies.browser_state_name
    assert [one.startswith(f'{name}="";') and "Max-Age=0" in one for one in given_by(silent)] == [False, True]
    assert [one.startswith(f"{name}={'v' * 43}.") for one in given_by(telling)] == [True, False]


def test_signing_out_takes_session_and_state_away() -> None:
    response = Response()
    Cookies(secure=True).end_session(response)
    ended = {one.partition("=")[0] for one in given_by(response) if "Max-Age=0" in one}
    assert {"__Host-idp-session", "__Host-idp-state"} <= ended
