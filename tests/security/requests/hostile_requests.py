"""Hypothesis strategies: requests that begin well, go wrong anywhere, or were never one."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.flows.portals import CALLBACK, GOODBYE, SCOPE
from tests.security.in_process import ISSUER, Sent

Fields = Mapping[str, str]
FORM = b"application/x-www-form-urlencoded"
NAMES = (
    *("client_id", "client_secret", "client_assertion", "client_assertion_type", "grant_type", "code", "scope"),
    *("redirect_uri", "code_verifier", "refresh_token", "token", "token_type_hint", "response_type", "response_mode"),
    *("state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values", "login_hint"),
    *("id_token_hint", "ui_locales", "request", "request_uri", "claims", "post_logout_redirect_uri", "access_token"),
    *("i", "r", "s", "resume", "lang", "other", "form", "action", "identifier", "password", "number", "full_name"),
    *("birth_day", "birth_month", "birth_year", "phone", "assisted", "e", "c", "sign_in_name", "enrolment_code"),
)
ODD = (
    *("", " ", "\r\nLocation: https://evil.example/", "\0", '"', "\\", "é", "\ufeff", "\u202e", "²", "٣", "x" * 3000),
    *(
        "a.b.c",
        "..",
        "%",
        "%00",
        "-1",
        "1e400",
        "9" * 5000,
        "{}",
        "[]",
        "00",
        "0" * 64,
        "//evil.example",
        "/\\evil.example",
    ),
    *(
        CALLBACK,
        GOODBYE,
        SCOPE,
        "none",
        "login",
        "select_account",
        "S256",
        "code",
        "query",
        "cancel",
        "resend",
        "quoc-gia",
    ),
)
TEXT = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=30)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, TEXT), max_size=8)
BYTES = st.binary(max_size=200) | st.sampled_from((b"&" * 300, b"a" * 70_000, b"\xff=\xfe", b"%ff=%c3", b"a=%00"))
METHODS = st.sampled_from(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "X-ODD"))
HEADER_NAMES = (
    *(b"authorization", b"cookie", b"content-type", b"content-length", b"content-encoding", b"host", b"origin"),
    *(b"sec-fetch-site", b"if-none-match", b"accept-language", b"x-forwarded-for", b"x-forwarded-host", b"forwarded"),
)
HEADER_VALUES = (
    *(b"", b"\xb2", b"-1", b"+5", b"9" * 5000, b"identity", b"gzip", b"null", ISSUER.encode(), b"same-origin"),
    *(
        b"evil.example",
        b"cross-site",
        b"Basic",
        b"Basic !!!!",
        b"Basic " + b64encode(b":"),
        b"Basic " + b64encode(b"\xff:\xfe"),
    ),
    *(
        b"Basic " + b64encode(b"quoc-gia:%ff%zz"),
        b"Bearer ",
        b"Bearer a.b.c",
        b"bearer \xff",
        b"DPoP x",
        b"Bearer " + b"x" * 9000,
    ),
    *(
        FORM + b";charset=utf-7",
        FORM + b'; charset="\xff',
        FORM + b";charset=",
        b"application/json",
        b"multipart/form-data",
    ),
    *(
        b"idp-session=; idp-browser",
        b"idp-session=" + b"\xff" * 43,
        b"=;=;;",
        b'idp-browser="\\303"',
        b"idp-session=" + b"x" * 8000,
    ),
)


@dataclass(frozen=True, slots=True)
class GoodRequest:
    """What an honest browser or client would send to a path."""

    path: str
    query: Fields
    form: Fields
    headers: tuple[tuple[bytes, bytes], ...] = ()


def encoded(fields: Fields) -> bytes:
    """Return fields as a query or form body."""
    return urlencode(dict(fields)).encode()


@st.composite
def parameters(draw: st.DrawFn, good: Fields) -> bytes:
    """Draw a query or body: the good one, the good one spoilt, doubled, or mere bytes."""
    kept = {name: value for name, value in good.items() if draw(st.integers(0, 7))}
    spoilt = {name: value if draw(st.integers(0, 5)) else draw(TEXT) for name, value in kept.items()}
    rest = draw(st.just(b"") | PAIRS.map(lambda pairs: urlencode(pairs).encode("utf-8", "replace")) | BYTES)
    pieces = draw(st.sampled_from(((encoded(good),), (encoded(spoilt), rest), (encoded(good),) * 2, (rest,))))
    return b"&".join(piece for piece in pieces if piece)


@st.composite
def headers(draw: st.DrawFn, good: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Draw headers: some of the good ones, then others that may repeat or contradict them."""
    kept = [pair for pair in good if draw(st.integers(0, 5))]
    value = st.sampled_from(HEADER_VALUES) | st.binary(max_size=60)
    odd = draw(st.lists(st.tuples(st.sampled_from(HEADER_NAMES), value), max_size=3))
    return (*draw(st.permutations([*kept, *odd])),)


@st.composite
def requests_to(draw: st.DrawFn, goods: tuple[GoodRequest, ...]) -> Sent:
    """Draw a request to one of the paths."""
    good = draw(st.sampled_from(goods))
    body = draw(parameters(good.form))
    middle = draw(st.integers(0, len(body)))
    return Sent(
        method=draw(st.sampled_from(("GET", "POST")) | METHODS),
        path=good.path + draw(st.sampled_from(("",) * 14 + ("/", "/..", "%2f", "%ff", "%00", "//"))),
        query=draw(parameters(good.query)),
        headers=draw(headers(good.headers)),
        pieces=(body[:middle], body[middle:]),
        cut=draw(st.integers(0, 15)) == 0,
    )
