"""Redirect URIs: which may be registered, and which request matches one (RFC 9700 2.1, RFC 8252)."""

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from urllib.parse import unquote

from msgspec import Struct

from clients.addresses.local_addresses import is_inner
from clients.addresses.uri import LOOPBACK_HOSTS, Uri, is_port, parse_uri
from clients.errors import RedirectUriError, RuleBrokenError
from clients.model import ApplicationType, Sector

# Schemes that run script, read files or show what an attacker wrote.
DANGEROUS_SCHEMES = frozenset({"javascript", "data", "file", "vbscript", "about", "blob", "filesystem", "view-source"})
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]+))?((?:[/?].*)?)", re.DOTALL)
_PORTAL_HOSTS = ("dichvucong.*.gov.vn", "dichvucong.gov.vn", "*.gov.vn")


class _Candidate(Struct, frozen=True):
    uri: Uri
    application_type: ApplicationType


class _Rule(Struct, frozen=True):
    name: str
    breaks: Callable[[_Candidate], bool]
    reason: str
    remedy: str


def _names_dangerous_scheme(candidate: _Candidate) -> bool:
    return candidate.uri.scheme.lower() in DANGEROUS_SCHEMES


def _spells_scheme_in_capitals(candidate: _Candidate) -> bool:
    return candidate.uri.scheme != candidate.uri.scheme.lower()


def _has_fragment(candidate: _Candidate) -> bool:
    return candidate.uri.fragment is not None


def _has_userinfo(candidate: _Candidate) -> bool:
    return candidate.uri.has_userinfo


def _has_wildcard(candidate: _Candidate) -> bool:
    return "*" in candidate.uri.text


def _lacks_host(candidate: _Candidate) -> bool:
    return candidate.uri.is_web and not candidate.uri.host


def _has_bad_host(candidate: _Candidate) -> bool:
    return bool(candidate.uri.host) and not candidate.uri.has_usable_host


def _has_bad_port(candidate: _Candidate) -> bool:
    return not candidate.uri.has_usable_port


def _is_inner(candidate: _Candidate) -> bool:
    return candidate.uri.is_web and is_inner(candidate.uri.host)


def _leaves_its_folder(candidate: _Candidate) -> bool:
    path, decoded = "", candidate.uri.path
    # Servers decode once, proxies before them once more: whatever any depth of decoding shows is refused.
    while path != decoded:
        path, decoded = decoded, unquote(decoded)
        # Some servers drop ";parameters" from a segment before they resolve it.
        if any(segment.partition(";")[0] in {".", ".."} for segment in path.split("/")):
            return True
    return False


def _is_custom_for_web(candidate: _Candidate) -> bool:
    return candidate.application_type == "web" and not candidate.uri.is_web


def _is_custom_without_dot(candidate: _Candidate) -> bool:
    return not candidate.uri.is_web and "." not in candidate.uri.scheme


def _is_custom_without_path(candidate: _Candidate) -> bool:
    uri = candidate.uri
    return not uri.is_web and uri.authority is None and not uri.path.startswith("/")


def _is_plain_http(candidate: _Candidate) -> bool:
    return candidate.uri.scheme == "http" and not candidate.uri.is_loopback


# The whole argument about redirect URIs, in the order in which it is made. The first broken rule is reported.
RULES = (
    _Rule("dangerous-scheme", _names_dangerous_scheme, "this scheme runs script or reads files", "use https"),
    _Rule("lower-case-scheme", _spells_scheme_in_capitals, "the scheme has capital letters", "write it in small ones"),
    _Rule("no-fragment", _has_fragment, "a redirect URI has no fragment (RFC 6749 3.1.2)", "remove '#' and the rest"),
    _Rule("no-userinfo", _has_userinfo, "'@' in the host part hides the real host", "remove everything up to '@'"),
    _Rule("no-wildcard", _has_wildcard, "redirect URIs are compared exactly (RFC 9700 2.1)", "list each URI in full"),
    _Rule("absolute", _lacks_host, "the URI names no host", "write https://host/path"),
    _Rule("host", _has_bad_host, "the host is not a lower-case domain name or IPv4 address", "write the host in full"),
    _Rule("port", _has_bad_port, "the port is empty or not a number from 1 to 65535", "correct or remove it"),
    _Rule("inner-address", _is_inner, "the host is in no public network", "use a name that everybody resolves"),
    _Rule("no-dot-segments", _leaves_its_folder, "the path has '.' or '..', plain or encoded", "write the final path"),
    _Rule("web-scheme", _is_custom_for_web, "a web application is reached by https", "use https, or type native"),
    _Rule("reverse-domain-scheme", _is_custom_without_dot, "an app's own scheme is a reversed domain name of its maker "
          "(RFC 8252 7.1)", "use a scheme such as vn.gov.example.app"),
    _Rule("custom-path", _is_custom_without_path, "nothing follows the scheme", "write scheme:/path"),
    _Rule("https", _is_plain_http, "http sends the code in clear (RFC 9700 2.1)", "use https; http is for loopback"),
)  # fmt: skip


def check_redirect_uri(uri: str, application_type: ApplicationType) -> None:
    """Return if `uri` may be registered; else raise RedirectUriError with the first rule it breaks."""
    try:
        candidate = _Candidate(parse_uri(uri), application_type)
    except RuleBrokenError as error:
        raise RedirectUriError(error.rule, error.reason, error.remedy) from error
    for rule in RULES:
        if rule.breaks(candidate):
            raise RedirectUriError(rule.name, rule.reason, rule.remedy)


def match_redirect_uri(registered: Iterable[str], requested: str, application_type: ApplicationType) -> bool:
    """True if `requested` is byte for byte a registered URI (RFC 9700 2.1).

    A native application listens on whatever port it gets, so only its loopback URIs may differ in the port
    (RFC 8252 7.3).
    """
    known = tuple(registered)
    if requested in known:
        return True
    portless = _without_port(requested) if application_type == "native" else None
    return portless is not None and any(_without_port(uri) == portless for uri in known)


def host_rule(uri: str, sector: Sector) -> str | None:
    """Return advice if a State portal's URI lies outside the names the law gives portals; never a refusal.

    Thông tư 01/2018/TT-VPCP Điều 16: `dichvucong.(ministry or locality).gov.vn`.
    """
    try:
        parsed = parse_uri(uri)
    except RuleBrokenError:
        return None
    host = parsed.host
    if sector != "state" or not parsed.is_web or host in LOOPBACK_HOSTS:
        return None
    if any(fnmatchcase(host, pattern) for pattern in _PORTAL_HOSTS):
        return None
    return f"{host} is not under gov.vn; portals of the State are at dichvucong.(name).gov.vn"


def _without_port(uri: str) -> tuple[str, str] | None:
    match = _LOOPBACK.fullmatch(uri)
    if match is None or (match[2] is not None and not is_port(match[2])):
        return None
    return match[1], match[3]
