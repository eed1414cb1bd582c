"""Which redirect URIs may be registered, and which request matches one."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clients.addresses.redirect_uris import DANGEROUS_SCHEMES, RULES, check_redirect_uri, host_rule, match_redirect_uri
from clients.addresses.uri import MAX_URI_CHARACTERS, parse_uri
from clients.errors import RedirectUriError
from clients.model import ApplicationType, Sector


def broken_rule(uri: str, application_type: ApplicationType = "web") -> str:
    with pytest.raises(RedirectUriError) as caught:
        check_redirect_uri(uri, application_type)
    assert caught.value.reason
    assert caught.value.remedy
    return caught.value.rule


@pytest.mark.parametrize(
    "uri",
    [
        "https://dichvucong.example.gov.vn/callback",
        "https://app.example",
        "https://app.example:8443/cb?tenant=a%20b&x=1",
        "https://192.88.99.1/cb",
        "https://xn--cng-ela.example/cb",
        "http://127.0.0.1:8101/auth",
        "http://localhost/cb",
        "http://[::1]:9000/cb",
        "https://app.example/a..b/.../c",
    ],
)
def test_exact_https_and_loopback_uris_may_be_registered(uri: str) -> None:
    check_redirect_uri(uri, "web")


@pytest.mark.parametrize(
    "uri",
    [
        "vn.gov.example.app:/callback",
        "vn.gov.example.app://callback/x",
        "http://127.0.0.1/cb",
        "https://app.example/cb",
    ],
)
def test_rfc8252_7_native_applications_may_use_reversed_domains_and_loopback(uri: str) -> None:
    check_redirect_uri(uri, "native")


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("", "length"),
        ("https://app.example/" + "a" * MAX_URI_CHARACTERS, "length"),
        ("https://app.example/cb#frag", "no-fragment"),
        ("https://app.example/cb#", "no-fragment"),
        ("https://user@app.example/cb", "no-userinfo"),
        ("https://app.example:pw@evil.test/cb", "no-userinfo"),
        ("https://@app.example/cb", "no-userinfo"),
        ("https://*.example.com/cb", "no-wildcard"),
        ("https://app.example/*", "no-wildcard"),
        ("/callback", "absolute"),
        ("app.example/cb", "absolute"),
        ("HTTPS://app.example/cb", "lower-case-scheme"),
        ("https://App.example/cb", "host"),
        ("https://app_x.example/cb", "host"),
        ("https://-app.example/cb", "host"),
        ("https://app.example./cb", "host"),
        ("https://app..example/cb", "host"),
        ("https://%61pp.example/cb", "host"),
        ("https://2130706433/cb", "host"),
        ("https://0x7f.1/cb", "host"),
        ("https://127.1/cb", "host"),
        ("https://[fe80::1]/cb", "host"),
        ("https://[::1/cb", "host"),
        ("https://app.example:/cb", "port"),
        ("https://app.example:0/cb", "port"),
        ("https://app.example:0443/cb", "port"),
        ("https://app.example:65536/cb", "port"),
        ("https://app.example:44a/cb", "port"),
        ("http://app.example/cb", "https"),
        ("http://127.0.0.1.evil.test/cb", "https"),
        ("http://localhost.evil.test/cb", "https"),
        ("http://10.0.0.1/cb", "inner-address"),
        ("https://192.168.1.7/cb", "inner-address"),
        ("https://169.254.169.254/cb", "inner-address"),
        ("https://100.64.0.1/cb", "inner-address"),
        ("https://0.0.0.0/cb", "inner-address"),
        ("https://metadata.google.internal/cb", "inner-address"),
        ("https://metadata/cb", "inner-address"),
        ("ftp://app.example/cb", "web-scheme"),
        ("vn.gov.example.app:/cb", "web-scheme"),
        ("https://cổng.example/cb", "characters"),
        ("https://app.example/a b", "characters"),
        ("https://app.example/<x>", "characters"),
        ("https://app.example/%zz", "percent-encoding"),
        ("https://app.example/%0d%0a", "percent-encoding"),
        ("https://app.example/%00", "percent-encoding"),
        ("https://app.example/%5cevil", "percent-encoding"),
    ],
)
def test_each_rule_refuses_what_breaks_it(uri: str, rule: str) -> None:
    assert broken_rule(uri) == rule


@pytest.mark.parametrize(
    "path",
    [
        "/cb/../x",
        "/cb/..;/x",
        "/cb/..;a=b/x",
        "/cb/%2e%2e/x",
        "/cb/%252e%252e/x",
        "/cb/%2E./x",
        "/cb/%2f../x",
        "/./cb",
        "/..",
    ],
)
def test_ru_3_path_that_leaves_its_folder_is_not_registered(path: str) -> None:
    assert broken_rule(f"https://app.example{path}") == "no-dot-segments"


@pytest.mark.parametrize("scheme", sorted(DANGEROUS_SCHEMES))
def test_ru_7_scheme_that_runs_script_is_refused_in_any_spelling(scheme: str) -> None:
    for spelling in (scheme, scheme.upper(), scheme.title()):
        assert broken_rule(f"{spelling}:alert(1)", "native") == "dangerous-scheme"
        assert broken_rule(f"{spelling}://app.example/%250aalert(1)", "web") == "dangerous-scheme"


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("https:evil.test", "absolute"),
        ("//evil.test", "absolute"),
        ("https:///evil.test", "absolute"),
        ("https:/evil.test", "absolute"),
        ("https://", "absolute"),
        ("https://:443/cb", "absolute"),
        ("https://app.example/\tcb", "characters"),
        ("https://app.example/cb\n", "characters"),
        ("java\nscript:alert(1)", "characters"),
        ("https://app.example\\@evil.test/cb", "characters"),
        ("https://app.example/\x00", "characters"),
        (" https://app.example/cb", "characters"),
    ],
)
def test_ru_11_uri_that_parsers_read_differently_is_refused(uri: str, rule: str) -> None:
    assert broken_rule(uri) == rule


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("myapp:/cb", "reverse-domain-scheme"),
        ("myapp://cb", "reverse-domain-scheme"),
        ("vn.gov.example.app:cb", "custom-path"),
        ("vn.gov.example.app:", "custom-path"),
        ("http://app.example/cb", "https"),
    ],
)
def test_rfc8252_7_1_native_schemes_are_reversed_domain_names(uri: str, rule: str) -> None:
    assert broken_rule(uri, "native") == rule


def test_rule_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@given(st.text(max_size=100), st.sampled_from(["web", "native"]))
@example("http://[", "web")
@example("https://[::1]x/", "web")
def test_any_text_is_accepted_or_refused_with_a_rule(uri: str, application_type: ApplicationType) -> None:
    try:
        check_redirect_uri(uri, application_type)
    except RedirectUriError:
        return
    assert parse_uri(uri).text == uri


def test_ds_3_pathological_uri_is_refused_in_linear_time() -> None:
    deep = "%" + "25" * 980 + "2e%2e"
    assert broken_rule(f"https://app.example/{deep}/x") in {"no-dot-segments", "length"}


# Matching

REGISTERED = ["https://app.example/cb", "https://foo.example.com/cb"]


def test_rfc9700_2_1_equal_uri_matches() -> None:
    assert match_redirect_uri(REGISTERED, "https://app.example/cb", "web")


@pytest.mark.parametrize(
    "requested",
    [
        "https://app.example.evil.test/cb",
        "https://app.exampleevil.test/cb",
        "https://app.example/cb/",
        "https://app.example/cb/more",
        "https://app.example/cb?x=1",
        "https://app.example/c",
        "HTTPS://app.example/cb",
        "https://app.example:443/cb",
        "https://APP.example/cb",
        "https://app.example/%63b",
    ],
)
def test_ru_1_uri_that_only_resembles_the_registered_one_does_not_match(requested: str) -> None:
    assert not match_redirect_uri(REGISTERED, requested, "web")


@pytest.mark.parametrize("path", ["/cb/../x", "/cb/..;/x", "/cb/%2e%2e/x", "/cb/%252e%252e/x", "/x/../cb", "//cb"])
def test_ru_3_path_is_not_normalised(path: str) -> None:
    assert not match_redirect_uri(REGISTERED, f"https://app.example{path}", "web")


def test_ru_5_dot_is_no_pattern() -> None:
    assert not match_redirect_uri(REGISTERED, "https://fooaexample.com/cb", "web")
    assert not match_redirect_uri(["https://.*/cb"], "https://evil.test/cb", "web")


@pytest.mark.parametrize(
    "requested",
    ["https:evil.test", "//evil.test", "https:///evil.test", "https://app.example/cb\t", "https://app.example/cb\n",
     "https://app.example\\/cb", "https://app.example/cb\x00", "", "https://app.example/cb#"],
)  # fmt: skip
def test_ru_11_malformed_request_does_not_match(requested: str) -> None:
    assert not match_redirect_uri(REGISTERED, requested, "web")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_rfc8252_7_3_native_loopback_may_vary_in_port(host: str) -> None:
    registered = [f"http://{host}/cb?x=1"]
    assert match_redirect_uri(registered, f"http://{host}:51004/cb?x=1", "native")
    assert match_redirect_uri([f"http://{host}:1/cb"], f"http://{host}:65535/cb", "native")
    assert match_redirect_uri([f"http://{host}:1"], f"http://{host}", "native")


def test_web_loopback_does_not_vary_in_port() -> None:
    assert not match_redirect_uri(["http://127.0.0.1:8101/cb"], "http://127.0.0.1:8102/cb", "web")


@pytest.mark.parametrize(
    "requested",
    [
        "http://localhost:5000/cb",
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/cb?x=1",
        "https://127.0.0.1:5000/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:99999999/cb",
        "http://127.0.0.1:5000@evil.test/cb",
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1:٥/cb",
        "http://127.0.0.1:5000/cb\n",
    ],
)
def test_native_loopback_varies_in_nothing_but_the_port(requested: str) -> None:
    assert not match_redirect_uri(["http://127.0.0.1/cb"], requested, "native")


def test_native_https_does_not_vary_in_port() -> None:
    assert not match_redirect_uri(["https://app.example/cb"], "https://app.example:8443/cb", "native")


uris = st.one_of(
    st.text(max_size=60),
    st.from_regex(
        r"https?://(app\.example|127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/[a-c]{0,2})?", fullmatch=True
    ),
)


def without_loopback_port(uri: str) -> str:
    """Say independently of the code what may vary: the digits after a loopback host."""
    return re.sub(r"\A(http://(?:127\.0\.0\.1|\[::1\]|localhost)):[0-9]+(?=[/?]|\Z)", r"\1", uri)


@given(st.lists(uris, max_size=4), uris)
def test_i15_web_match_means_byte_equal(registered: list[str], requested: str) -> None:
    assert match_redirect_uri(registered, requested, "web") == (requested in registered)


@given(st.lists(uris, max_size=4), uris)
def test_i15_native_match_means_equal_but_for_the_loopback_port(registered: list[str], requested: str) -> None:
    if match_redirect_uri(registered, requested, "native"):
        assert without_loopback_port(requested) in {without_loopback_port(uri) for uri in registered}


# Advice about hosts


@pytest.mark.parametrize(
    "uri",
    ["https://dichvucong.bo-mau.gov.vn/cb", "https://dichvucong.gov.vn/cb", "https://motcua.tinh-mau.gov.vn/cb",
     "http://127.0.0.1:8101/cb", "vn.gov.example.app:/cb", "not a uri"],
)  # fmt: skip
def test_state_portal_under_gov_vn_gets_no_advice(uri: str) -> None:
    assert host_rule(uri, "state") is None


@pytest.mark.parametrize("host", ["dichvucong-gov.vn", "gov.vn.evil.test", "portal.example", "dichvuc0nggov.vn"])
def test_state_portal_elsewhere_gets_advice_that_names_the_host(host: str) -> None:
    advice = host_rule(f"https://{host}/cb", "state")
    assert advice is not None
    assert host in advice


def test_client_outside_the_state_gets_no_advice() -> None:
    sector: Sector = "other"
    assert host_rule("https://bank.example/cb", sector) is None
