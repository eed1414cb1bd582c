"""The grammar of the URIs that clients register (RFC 3986, narrowed to what browsers and servers read alike)."""

import ipaddress
import re

from msgspec import Struct

from clients.errors import RuleBrokenError

MAX_URI_CHARACTERS = 2000
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})

_ALLOWED_TEXT = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%7[Ff]|%5[Cc]")
_SPLIT = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?")
_AUTHORITY = re.compile(r"(?:[^@]*@)?(\[[0-9A-Fa-f:.]*\]|[^:]*)(?::(.*))?")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_USUAL_PORTS = {"http": "80", "https": "443"}
_PORT = re.compile(r"[1-9][0-9]{0,4}")


class Uri(Struct, frozen=True):
    """A URI taken apart; no part is decoded, and the original text stays what is compared and stored."""

    text: str
    scheme: str
    authority: str | None
    host: str
    port: str | None
    path: str
    fragment: str | None

    @property
    def is_web(self) -> bool:
        """True of http and https."""
        return self.scheme in {"http", "https"}

    @property
    def is_loopback(self) -> bool:
        """True of http to this machine, which no network sees."""
        return self.scheme == "http" and self.host in LOOPBACK_HOSTS

    @property
    def has_userinfo(self) -> bool:
        """True if something stands before the host, such as `bank.example@`."""
        return "@" in (self.authority or "")

    @property
    def has_usable_host(self) -> bool:
        """True of a lower-case domain name, an IPv4 address in ordinary spelling, and [::1]."""
        return self.host == "[::1]" or _is_domain(self.host)

    @property
    def has_usable_port(self) -> bool:
        """True of no port, or one from 1 to 65535 without leading zeros."""
        return self.port is None or is_port(self.port)


def parse_uri(text: str) -> Uri:
    """Take `text` apart, or raise RuleBrokenError."""
    if not 0 < len(text) <= MAX_URI_CHARACTERS:
        raise RuleBrokenError("length", f"a URI has 1 to {MAX_URI_CHARACTERS} characters", "shorten it")
    if not _ALLOWED_TEXT.fullmatch(text):
        raise RuleBrokenError(
            "characters",
            "the URI has a character that no URI has (space, control, backslash, quote, accent; RFC 3986 2)",
            "percent-encode it, and write an accented host in its xn-- form",
        )
    if _BAD_PERCENT.search(text):
        raise RuleBrokenError(
            "percent-encoding",
            "'%' is not followed by two hexadecimal digits, or hides a control character or backslash",
            "correct the encoding",
        )
    parts = _SPLIT.fullmatch(text)
    authority = _AUTHORITY.fullmatch(parts[2] or "") if parts else None
    if parts is None or authority is None:
        raise RuleBrokenError("absolute", "the URI is not absolute", "write https://host/path")
    return Uri(text, parts[1], parts[2], authority[1], authority[2], parts[3], parts[5])


def origin_of(text: str) -> str | None:
    """Return the origin of a web address as browsers write it (RFC 6454 6.2), None for any other scheme."""
    uri = parse_uri(text)
    if not uri.is_web:
        return None
    port = None if uri.port == _USUAL_PORTS[uri.scheme] else uri.port
    return f"{uri.scheme}://{uri.host}" + (f":{port}" if port else "")


def is_port(text: str) -> bool:
    """True of a decimal number from 1 to 65535 without leading zeros."""
    return _PORT.fullmatch(text) is not None and int(text) <= 65535


def _is_domain(host: str) -> bool:
    if len(host) > 253 or not _DOMAIN.fullmatch(host):
        return False
    if not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2]):
        return True
    # Browsers read 2130706433 and 0x7f.1 as addresses; only the ordinary spelling is one here.
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ipaddress.AddressValueError:
        return False
