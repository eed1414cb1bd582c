"""Where Redis is and how to greet it, read from `IDP_REDIS_URL`."""

import ssl

from msgspec import Struct

from idp.kernel.secrets import Secret
from records.structs import Unprinted

_DEFAULT_PORT = 6379
_KNOWN_OPTIONS = frozenset({"username", "password", "host", "port", "db", "connection_class"})
_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


class RedisAddressError(ValueError):
    """The URL cannot be used; the text says why and never quotes it, because it may hold a password."""


class RedisAddress(Unprinted, Struct, frozen=True):
    """One Redis server. `tls` is None for a plain connection."""

    host: str
    port: int = _DEFAULT_PORT
    database: int = 0
    username: str | None = None
    password: Secret | None = None
    tls: ssl.SSLContext | None = None

    def greeting(self) -> tuple[tuple[str, ...], ...]:
        """Return the commands that a new connection begins with: AUTH and SELECT where they are needed."""
        commands: list[tuple[str, ...]] = []
        if self.password is not None:
            user = (self.username,) if self.username else ()
            commands.append(("AUTH", *user, self.password.reveal()))
        if self.database:
            commands.append(("SELECT", str(self.database)))
        return tuple(commands)


def parse_address(url: str) -> RedisAddress:
    """Read `redis://` or `rediss://` `[user]:password@host:port/database`, as redis-py writes it.

    `rediss` verifies certificate and name always; its options are `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile`
    (PEM files). Any other option is an error rather than ignored, and so are Cluster, Sentinel and Unix sockets:
    the single server is what is supported now. Raises `RedisAddressError`; `OSError` where a PEM file cannot be read.
    """
    # Not above: redis-py is sixty modules, and a server without Redis needs none of them.
    from redis.asyncio.connection import parse_url  # noqa: PLC0415

    scheme, _, rest = url.partition("://")
    if scheme not in {"redis", "rediss"}:
        raise RedisAddressError("a Redis address begins with redis:// or rediss://")
    try:
        parts = parse_url(url)
    except ValueError as error:
        raise RedisAddressError("the Redis address cannot be read") from error
    options = {name: str(value) for name, value in parts.items()}
    unknown = options.keys() - _KNOWN_OPTIONS - (set(_TLS_FILES) if scheme == "rediss" else set())
    if unknown:
        raise RedisAddressError(f"unknown options of the Redis address: {', '.join(sorted(unknown))}")
    return RedisAddress(
        host=options.get("host", "localhost"),
        port=int(options.get("port", _DEFAULT_PORT)),
        database=_database(rest, options.get("db")),
        username=options.get("username"),
        password=Secret(options["password"]) if "password" in options else None,
        tls=_tls(options) if scheme == "rediss" else None,
    )


def _database(rest: str, parsed: str | None) -> int:
    """Return the number of the database; redis-py would take 0 where the path is no number."""
    path = rest.partition("?")[0].rpartition("@")[2].partition("/")[2]
    if parsed is None and path:
        raise RedisAddressError("the path of a Redis address is the number of a database")
    return int(parsed or 0)


def _tls(options: dict[str, str]) -> ssl.SSLContext:
    roots, certificate, key = (options.get(name) for name in _TLS_FILES)
    context = ssl.create_default_context(cafile=roots)
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context
