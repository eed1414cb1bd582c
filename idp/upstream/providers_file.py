"""The file of upstream providers, read and checked before anybody is sent anywhere."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from msgspec import Struct

from idp.kernel.locales import LOCALES
from idp.kernel.secrets import Secret
from idp.upstream.errors import ProvidersFileError
from idp.upstream.model import ClaimNames, Trust, UpstreamProvider
from idp.upstream.tokens import signing_key

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})
_SERVICE_CLASSES = frozenset({"reading", "filing", "payment"})
_REQUIRED = frozenset({"id", "name", "issuer", "client_id", "trust", "factors"})
_MEMBERS = _REQUIRED | {
    "client_secret_file",
    "private_key_file",
    "private_key_id",
    "scopes",
    "claims",
    "reuse",
    "algorithms",
    "clock_tolerance_seconds",
    "max_age_seconds",
    "other_origins",
}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def read_providers(path: Path, factors: Collection[str]) -> tuple[UpstreamProvider, ...]:
    """Return the providers of a file in its order; `factors` are the names a mapping may use.

    Raises `ProvidersFileError`. Files of secrets are named relative to the file.
    """
    try:
        document: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProvidersFileError(f"{path} cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        raise ProvidersFileError("the file is no YAML") from error
    rows = document.get("upstreams") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= 10:
        raise ProvidersFileError("the file is a mapping with `upstreams`, a list of 1 to 10")
    providers = tuple(_provider(row, place, path.parent, frozenset(factors)) for place, row in enumerate(rows, 1))
    for what, values in (("id", [one.id for one in providers]), ("issuer", [one.issuer for one in providers])):
        if len(set(values)) != len(values):
            raise ProvidersFileError(f"two providers have the same {what}")
    return providers


class _Row(Struct, frozen=True):
    """One entry while it is read: says which provider is wrong, and how."""

    who: str
    values: Mapping[str, object]

    def wrong(self, reason: str) -> ProvidersFileError:
        return ProvidersFileError(f"{self.who}: {reason}")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or (not value and default is None) or not value.isprintable():
            raise self.wrong(f"{name} is a text")
        return value

    def words(self, name: str, default: tuple[str, ...], known: Collection[str] = ()) -> tuple[str, ...]:
        value = self.values.get(name, list(default))
        if not isinstance(value, list) or not all(isinstance(word, str) and _SCOPE.fullmatch(word) for word in value):
            raise self.wrong(f"{name} is a list of words")
        unknown = sorted(set(value) - set(known)) if known else []
        if unknown:
            raise self.wrong(f"{name}: no such word: {unknown[0]} (known: {', '.join(sorted(known))})")
        return tuple(value)

    def seconds(self, name: str, default: timedelta, longest: int) -> timedelta:
        value = self.values.get(name, int(default.total_seconds()))
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= longest:
            raise self.wrong(f"{name} is a number from 0 to {longest}")
        return timedelta(seconds=value)

    def mapping(self, name: str) -> Mapping[str, object]:
        value = self.values.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise self.wrong(f"{name} is a mapping of texts")
        return value


def _provider(row: object, place: int, folder: Path, factors: frozenset[str]) -> UpstreamProvider:
    if not isinstance(row, dict):
        raise ProvidersFileError(f"provider {place} is no mapping")
    entry = _Row(f"provider {row.get('id', place)}", row)
    if missing := sorted(_REQUIRED - set(row)):
        raise entry.wrong(f"{missing[0]} is missing")
    if unknown := sorted(str(name) for name in set(row) - _MEMBERS):
        raise entry.wrong(f"no such member: {unknown[0]}")
    secret, key = _file(entry, "client_secret_file", folder), _file(entry, "private_key_file", folder)
    if (secret is None) == (key is None):
        raise entry.wrong("has either client_secret_file or private_key_file")
    _check_key(entry, key)
    scopes = entry.words("scopes", ("openid",))
    if "openid" not in scopes:
        raise entry.wrong("scopes has openid")
    return UpstreamProvider(
        id=_id(entry),
        name=_name(entry),
        issuer=_issuer(entry),
        client_id=entry.text("client_id"),
        client_secret=secret,
        private_key_pem=key,
        private_key_id=entry.text("private_key_id", ""),
        scopes=scopes,
        trust=_trust(entry),
        claims=_claims(entry),
        factors=_factors(entry, factors),
        reuse=frozenset(entry.words("reuse", (), _SERVICE_CLASSES)),
        algorithms=entry.words("algorithms", ("RS256",), _ALGORITHMS),
        clock_tolerance=entry.seconds("clock_tolerance_seconds", timedelta(seconds=30), 300),
        max_age=entry.seconds("max_age_seconds", timedelta(hours=1), 86_400),
        other_origins=frozenset(entry.words("other_origins", ())),
    )


def _id(entry: _Row) -> str:
    name = entry.text("id")
    if not _ID.fullmatch(name):
        raise entry.wrong("id is up to 31 small letters, digits and dashes")
    return name


def _trust(entry: _Row) -> Trust:
    written = entry.text("trust")
    if written not in set(Trust):
        raise entry.wrong(f"trust is one of {', '.join(Trust)}")
    return Trust(written)


def _issuer(entry: _Row) -> str:
    issuer = entry.text("issuer")
    parts = urlsplit(issuer)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment or "@" in issuer:
        raise entry.wrong("issuer is an https address without query or fragment")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise entry.wrong("issuer is https, except on localhost")
    return issuer


def _name(entry: _Row) -> Mapping[str, str]:
    names = entry.mapping("name")
    if set(names) != set(LOCALES) or not all(isinstance(text, str) and text.strip() for text in names.values()):
        raise entry.wrong(f"name has a text for each of {', '.join(LOCALES)}")
    return {locale: str(text) for locale, text in names.items()}


def _claims(entry: _Row) -> ClaimNames:
    written = entry.mapping("claims")
    if not set(written) <= {"number", "name", "birth_date"} or not all(
        isinstance(one, str) for one in written.values()
    ):
        raise entry.wrong("claims names number, name and birth_date")
    return ClaimNames(**{name: str(claim) for name, claim in written.items()})


def _factors(entry: _Row, known: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    written = entry.mapping("factors")
    if not written:
        raise entry.wrong("factors maps each acr that is good enough to our factors")
    return {acr: _Row(f"{entry.who}: acr {acr}", written).words(acr, (), known) for acr in written}


def _file(entry: _Row, name: str, folder: Path) -> Secret | None:
    if name not in entry.values:
        return None
    try:
        text = (folder / entry.text(name)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise entry.wrong(f"{name} cannot be read ({type(error).__name__})") from error
    if not text:
        raise entry.wrong(f"{name} is empty")
    return Secret(text)


def _check_key(entry: _Row, key: Secret | None) -> None:
    if key is None:
        return
    try:
        signing_key(key)
    except ValueError as error:
        raise entry.wrong("private_key_file is no private key in PEM form") from error
