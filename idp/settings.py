"""The environment, read once into a frozen object. Only app, cli and worker see it."""

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from idp.adapters.egress.allow import parse_allow
from idp.adapters.passwords.bloom_file import FilterFile, FilterFileError
from idp.adapters.redis.address import parse_address
from idp.authentication.level_table import LevelsError, read_levels
from idp.authentication.levels import FACTORS
from idp.federation.errors import ProvidersFileError
from idp.federation.providers_file import read_providers
from idp.selfservice.recovery_policy import WAIT
from idp.web.security_text import check_policy, read_contacts
from idp.web.texts import read_catalogue


class SettingsError(Exception):
    """A wrong or missing setting; the text is one line that names the variable and what is wrong."""


def is_local(issuer: str) -> bool:
    """Say whether a provider is on this machine alone: a rehearsal, with portals beside it."""
    return urlsplit(issuer).hostname in {"localhost", "127.0.0.1", "::1"}


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment or parts.path:
        raise ValueError("must be an https origin without path, query or fragment, such as https://dangnhap.example")
    if parts.scheme == "http" and not is_local(value):
        raise ValueError("must be https, except on localhost")
    return value


def _address(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("must be host:port, such as 127.0.0.1:8000")
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    return value


def _redis(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://")):
        raise ValueError("must begin with redis:// or rediss://, or be empty for the in-process store")
    if value:
        try:
            parse_address(value)
        except OSError as error:
            raise ValueError(f"names a file that cannot be read ({error.strerror})") from error
    return value


def _allow(value: str) -> str:
    parse_allow(value)
    return value


def _authorities(path: Path) -> Path:
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        raise ValueError(f"{path} cannot be read as PEM certificates ({error.strerror or error})") from error
    return path


def _filter_file(path: Path) -> Path:
    try:
        FilterFile(path).close()
    except (OSError, FilterFileError) as error:
        raise ValueError(f"{path} {error.strerror if isinstance(error, OSError) else error}") from error
    return path


def _levels(path: Path) -> Path:
    try:
        levels = read_levels(path, FACTORS)
    except LevelsError as error:
        raise ValueError(str(error)) from error
    texts = read_catalogue("vi")
    nameless = [level.acr for level in levels if f"level.{level.acr}" not in texts]
    if nameless:
        raise ValueError(f"level {nameless[0]}: the pages have no text level.{nameless[0]} for it")
    return path


def _upstreams(path: Path) -> Path:
    try:
        read_providers(path, FACTORS)
    except ProvidersFileError as error:
        raise ValueError(str(error)) from error
    return path


def _http(value: str) -> str:
    if value and urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("must be an http or https address")
    return value


def _contacts(value: str) -> str:
    read_contacts(value)
    return value


HttpAddress = Annotated[str, AfterValidator(_http)]


class Settings(BaseSettings):
    """Every setting, by its environment variable: `IDP_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="IDP_", frozen=True, extra="ignore")

    issuer: Annotated[str, AfterValidator(_issuer)]
    database_url: Annotated[str, AfterValidator(_database)]
    master_key_file: Path
    listen: Annotated[str, AfterValidator(_address)] = "127.0.0.1:8000"
    # Empty: the in-process store, for one process only.
    redis_url: Annotated[str, AfterValidator(_redis)] = ""
    # How many server processes share the address. More than one needs Redis.
    processes: Annotated[int, Field(ge=1, le=256)] = 1
    tls_cert: FilePath | None = None
    tls_key: FilePath | None = None
    # Addresses of proxies whose forwarding headers are believed, comma-separated.
    trusted_proxies: str = ""
    egress_allow: Annotated[str, AfterValidator(_allow)] = ""
    extra_ca_file: Annotated[FilePath, AfterValidator(_authorities)] | None = None
    population_register_url: HttpAddress = ""
    enterprise_register_url: HttpAddress = ""
    population_register_user: str = "sso"
    population_register_secret: SecretStr = SecretStr("")
    population_register_client: str = "VN/GOV/SSO/PORTAL"
    # soap: the services of the national exchange at the address; rest: a platform's wrapper, its services below it.
    population_register_kind: Literal["soap", "rest"] = "soap"
    # The exchange's or the platform's own key, sent as ApiKey where one was given.
    population_register_api_key: SecretStr = SecretStr("")
    # The table of assurance levels in place of the shipped one.
    levels_file: Annotated[FilePath, AfterValidator(_levels)] | None = None
    # The upstream providers that people may sign in with; without it there are none.
    upstreams_file: Annotated[FilePath, AfterValidator(_upstreams)] | None = None
    # How often the population register's feed of changes is read.
    register_feed_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    # Where SMS are handed over (idp.adapters.messaging).
    message_gateway_url: HttpAddress = ""
    hash_threads: Annotated[int, Field(ge=0, le=256)] = 0
    # Made by `idp passwords build-filter`; without it, zxcvbn's lists and ours are all that is known.
    breached_passwords_file: Annotated[FilePath, AfterValidator(_filter_file)] | None = None
    # Password tries a minute, over all processes, from browsers that no account knows: more is an attack.
    strangers_per_minute: Annotated[int, Field(ge=1)] = 6_000
    # The same from one network address in five minutes: a one-stop office behind one router may need more.
    strangers_per_network: Annotated[int, Field(ge=1)] | None = None
    # Whom to tell about a weakness, as /.well-known/security.txt says it (RFC 9116); empty: there is no such file.
    security_contact: Annotated[str, AfterValidator(_contacts)] = ""
    security_expires: AwareDatetime | None = None
    security_policy: Annotated[str, AfterValidator(check_policy)] = ""
    # What whoever has lost every factor waits before an account is recovered; only a test or a rehearsal
    # shortens it. ISO 8601: P7D, PT30S.
    recovery_wait: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))] = WAIT


def read_settings() -> Settings:
    """Return the settings, or raise `SettingsError` with one line for the first that is wrong."""
    try:
        settings = Settings()  # type: ignore[call-arg]  # the values come from the environment
    except ValidationError as error:
        first = error.errors()[0]
        name = "IDP_" + "_".join(str(part) for part in first["loc"]).upper()
        reason = "is missing" if first["type"] == "missing" else str(first["msg"]).removeprefix("Value error, ")
        raise SettingsError(f"{name}: {reason}") from error
    if settings.processes > 1 and not settings.redis_url:
        raise SettingsError("IDP_REDIS_URL: is empty, and the in-process store serves one process only")
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("IDP_TLS_KEY: belongs together with IDP_TLS_CERT; set both or neither")
    if settings.security_contact and settings.security_expires is None:
        raise SettingsError("IDP_SECURITY_EXPIRES: belongs together with IDP_SECURITY_CONTACT (RFC 9116 2.5.5)")
    return settings
