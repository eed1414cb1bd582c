"""The environment, read once into a frozen object. Only app, cli and worker see it."""

import re
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography import x509
from pydantic import AfterValidator, AwareDatetime, Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from idp.account.closing_effects import ERASE_AFTER
from idp.adapters.egress.allow import parse_allow
from idp.adapters.passwords.bloom_file import FilterFile, FilterFileError
from idp.adapters.redis.address import parse_address
from idp.admin.changes.independence import APART_FOR
from idp.delegation.check_model import RESTS_AFTER, VIEWS_AFTER
from idp.delegation.model import CLAIM_WAIT
from idp.factors.change_model import CHANGE_WAIT
from idp.kernel.installation import PUBLIC_SECRET, is_local
from idp.proofing.evidence import EvidenceError, read_evidence
from idp.recovery.policy import WAIT
from idp.sign_in.level_table import LevelsError, read_levels
from idp.sign_in.levels import FACTORS
from idp.upstream.errors import ProvidersFileError
from idp.upstream.providers_file import read_providers
from idp.web.http.texts import read_catalogue
from idp.web.oauth.security_text import check_policy, read_contacts

# What is tried for each client that proves itself stays small.
MAX_AUTHORITIES = 50


class SettingsError(Exception):
    """A wrong or missing setting; the text is one line that names the variable and what is wrong."""


def check_issuer(value: str) -> str:
    """Return an issuer as it may be set; raise ValueError with what is wrong."""
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment or parts.path:
        raise ValueError("must be an https origin without path, query or fragment, such as https://dangnhap.example")
    if parts.scheme == "http" and not is_local(value):
        raise ValueError("must be https, except on localhost")
    return value


def _origin(value: str) -> str:
    return check_issuer(value) if value else value


def _client_authorities(value: Path) -> Path:
    try:
        found = x509.load_pem_x509_certificates(value.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError("must be a file of certificates of authorities, in PEM") from error
    if len(found) > MAX_AUTHORITIES:
        raise ValueError(f"must have at most {MAX_AUTHORITIES} certificates")
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


def _evidence(path: Path) -> Path:
    try:
        read_evidence(path)
    except EvidenceError as error:
        raise ValueError(str(error)) from error
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


def _help_line(value: str) -> str:
    if value and not _HELP_LINE.fullmatch(value):
        raise ValueError("must be a telephone number of up to 20 digits, spaces, points, hyphens and a leading +")
    return value


def _mail_server(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path or parts.username):
        raise ValueError("must be smtps://host or smtp://host, with a port if need be")
    return value


def _mail_address(value: str) -> str:
    if value and not _MAIL_ADDRESS.fullmatch(value):
        raise ValueError("must be an e-mail address")
    return value


def _header(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _HEADER.fullmatch(value.get_secret_value()):
        raise ValueError("must be one header, such as Authorization: Bearer ...")
    return value


# RFC 9110 5.1, 5.5: a token, then visible letters.
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+: ?[!-~]+(?: [!-~]+)*")
_HELP_LINE = re.compile(r"\+?[0-9](?:[ .-]?[0-9]){1,18}")
_MAIL_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
HttpAddress = Annotated[str, AfterValidator(_http)]


class Settings(BaseSettings):
    """Every setting, by its environment variable: `IDP_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="IDP_", frozen=True, extra="ignore")

    issuer: Annotated[str, AfterValidator(check_issuer)]
    database_url: Annotated[str, AfterValidator(_database)]
    master_key_file: Path
    # The master key before it, while one takes the place of the other: it only opens.
    old_master_key_file: Path | None = None
    listen: Annotated[str, AfterValidator(_address)] = "127.0.0.1:8000"
    # Empty: the in-process store, for one process only.
    redis_url: Annotated[str, AfterValidator(_redis)] = ""
    # How many server processes share the address. More than one needs Redis.
    processes: Annotated[int, Field(ge=1, le=256)] = 1
    tls_cert: FilePath | None = None
    tls_key: FilePath | None = None
    # Addresses of proxies whose forwarding headers are believed, comma-separated.
    trusted_proxies: str = ""
    # In which form those proxies put the certificate that a client showed in TLS into the header Client-Cert; empty:
    # they do not, and nobody proves anything by a certificate.
    client_certificates: Literal["", "rfc9440", "escaped-pem"] = ""
    # Who issues certificates to clients (RFC 8705 2.1): PEM, each of them trusted by itself.
    client_authorities_file: Annotated[FilePath, AfterValidator(_client_authorities)] | None = None
    # Where clients show certificates, so that people's browsers are not asked for one (RFC 8705 5).
    client_certificates_address: Annotated[str, AfterValidator(_origin)] = ""
    egress_allow: Annotated[str, AfterValidator(_allow)] = ""
    extra_ca_file: Annotated[FilePath, AfterValidator(_authorities)] | None = None
    population_register_url: HttpAddress = ""
    enterprise_register_url: HttpAddress = ""
    # The carriers' subscriber match, and the key that they gave us; without it no phone is evidence.
    subscriber_match_url: HttpAddress = ""
    subscriber_match_secret: SecretStr = SecretStr("")
    # From then on an identity that was proved by data alone counts as matched; empty: not yet.
    evidence_required_from: AwareDatetime | None = None
    # From then on an administrator's account that carries no person's number decides nothing; empty: not yet.
    officers_numbered_from: AwareDatetime | None = None
    population_register_user: str = "sso"
    population_register_secret: SecretStr = SecretStr("")
    population_register_client: str = "VN/GOV/SSO/PORTAL"
    # soap: the services of the national exchange at the address; rest: a platform's wrapper, its services below it.
    population_register_kind: Literal["soap", "rest"] = "soap"
    # The exchange's or the platform's own key, sent as ApiKey where one was given.
    population_register_api_key: SecretStr = SecretStr("")
    # The table of assurance levels in place of the shipped one.
    levels_file: Annotated[FilePath, AfterValidator(_levels)] | None = None
    # The table of evidence in place of the shipped one.
    evidence_file: Annotated[FilePath, AfterValidator(_evidence)] | None = None
    # The upstream providers that people may sign in with; without it there are none.
    upstreams_file: Annotated[FilePath, AfterValidator(_upstreams)] | None = None
    # How often the population register's feed of changes is read.
    register_feed_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    # How many questions to the population register people who are not signed in may cause in an hour, over all
    # processes: what the register is agreed to take.
    register_questions_per_hour: Annotated[int, Field(ge=100)] = 60_000
    # Where SMS are handed over (idp.adapters.messaging).
    message_gateway_url: HttpAddress = ""
    # What shows the gateway who we are: a header, a client certificate, or both.
    message_gateway_header: Annotated[SecretStr, AfterValidator(_header)] = SecretStr("")
    message_gateway_cert: FilePath | None = None
    message_gateway_key: FilePath | None = None
    # The mail server that e-mails are handed to in place of the gateway.
    smtp_url: Annotated[str, AfterValidator(_mail_server)] = ""
    smtp_sender: Annotated[str, AfterValidator(_mail_address)] = ""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    hash_threads: Annotated[int, Field(ge=0, le=256)] = 0
    # Made by `idp passwords build-filter`; without it, zxcvbn's lists and ours are all that is known.
    breached_passwords_file: Annotated[FilePath, AfterValidator(_filter_file)] | None = None
    # Password tries a minute, over all processes, from browsers that no account knows, where an operator wants fewer
    # than the processes can hash; empty: each admits what it was measured to do.
    strangers_per_minute: Annotated[int, Field(ge=1)] | None = None
    # The same from one network address in five minutes: a one-stop office behind one router may need more.
    strangers_per_network: Annotated[int, Field(ge=1)] | None = None
    # How much of the short-lived store requests may take in half an hour whose people are not signed in yet. With
    # Redis, a thousand people who are signing in want about a MiB; the in-process store has 256 for everything.
    waiting_requests_mib: Annotated[int, Field(ge=16, le=1_048_576)] = 96
    # Whom to tell about a weakness, as /.well-known/security.txt says it (RFC 9116); empty: there is no such file.
    security_contact: Annotated[str, AfterValidator(_contacts)] = ""
    security_expires: AwareDatetime | None = None
    security_policy: Annotated[str, AfterValidator(check_policy)] = ""
    # The telephone number in the foot of every page; empty: none is shown.
    help_line: Annotated[str, AfterValidator(_help_line)] = "18001096"
    # What whoever has lost every factor waits before an account is recovered; only a test or a rehearsal
    # shortens it. ISO 8601: P7D, PT30S.
    recovery_wait: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))] = WAIT
    # From closing an account until it is erased: as long a recovery opens it again; likewise.
    closing_wait: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))] = ERASE_AFTER
    # How long a new contact or factor waits before it counts, so that its owner can object; likewise.
    change_wait: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=30))] = CHANGE_WAIT
    # How long a first claim on an organisation or a child waits before it signs and passes on; PT0S: not at all.
    claim_wait: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=30))] = CLAIM_WAIT
    # How long a register may be silent about a principal before whom it named only views, and before they rest.
    silence_views: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=365))] = VIEWS_AFTER
    silence_rests: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=730))] = RESTS_AFTER
    # How long whom somebody made an administrator decides nothing for them; only a test or a rehearsal shortens it.
    approvers_apart: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=365))] = APART_FOR

    @property
    def message_gateway_headers(self) -> dict[str, str]:
        """Return the header that the gateway knows us by, if one is set."""
        name, _, value = self.message_gateway_header.get_secret_value().partition(":")
        return {name: value.strip()} if name else {}


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
    _check_client_certificates(settings)
    _check_gateways(settings)
    _check_public_secrets(settings)
    if settings.security_contact and settings.security_expires is None:
        raise SettingsError("IDP_SECURITY_EXPIRES: belongs together with IDP_SECURITY_CONTACT (RFC 9116 2.5.5)")
    return settings


def _check_public_secrets(settings: Settings) -> None:
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and PUBLIC_SECRET in value.get_secret_value() and not is_local(settings.issuer):
            raise SettingsError(f"IDP_{name.upper()}: is a demonstration secret that everybody can read; set your own")


def _check_client_certificates(settings: Settings) -> None:
    if settings.client_certificates and settings.trusted_proxies.strip() in {"", "*"}:
        raise SettingsError("IDP_CLIENT_CERTIFICATES: believes proxies; name each of them in IDP_TRUSTED_PROXIES")
    if not settings.client_certificates:
        for name in ("client_authorities_file", "client_certificates_address"):
            if getattr(settings, name):
                raise SettingsError(f"IDP_{name.upper()}: belongs together with IDP_CLIENT_CERTIFICATES")


def _check_gateways(settings: Settings) -> None:
    certificate, key = settings.message_gateway_cert, settings.message_gateway_key
    if (certificate is None) != (key is None):
        raise SettingsError(
            "IDP_MESSAGE_GATEWAY_KEY: belongs together with IDP_MESSAGE_GATEWAY_CERT; set both or neither"
        )
    if certificate is not None and key is not None:
        try:
            ssl.create_default_context().load_cert_chain(certificate, key)
        except OSError as error:
            raise SettingsError(
                f"IDP_MESSAGE_GATEWAY_CERT: cannot be used with its key ({error.strerror or error})"
            ) from error
    if settings.smtp_url and not settings.smtp_sender:
        raise SettingsError("IDP_SMTP_SENDER: belongs together with IDP_SMTP_URL")
    if bool(settings.smtp_user) != bool(settings.smtp_password.get_secret_value()):
        raise SettingsError("IDP_SMTP_USER: belongs together with IDP_SMTP_PASSWORD; set both or neither")
