"""The doctor's look at the settings as a whole; each value by itself was checked when it was read."""

from datetime import datetime, timedelta

from idp.cli.doctor.findings import Finding, ok, warn
from idp.environment import Settings
from idp.kernel.installation import is_local

_SOON, _YEAR = timedelta(days=30), timedelta(days=366)


def check_security_text(settings: Settings, now: datetime) -> list[Finding]:
    """Return how long `/.well-known/security.txt` is still right; nothing where the operator names nobody."""
    what, expires_at = "security.txt", settings.security_expires
    if not settings.security_contact or expires_at is None:
        return []
    day, remedy = expires_at.date().isoformat(), "look whether the contact is right, then set IDP_SECURITY_EXPIRES anew"
    if expires_at <= now:
        return [warn(what, f"expired on {day} and is not served any more", remedy)]
    if expires_at - now <= _SOON:
        return [warn(what, f"expires on {day}", remedy)]
    if expires_at - now > _YEAR:
        return [warn(what, f"expires on {day}, more than a year ahead (RFC 9116 2.5.5)", remedy)]
    return [ok(what, f"good until {day}")]


def check_settings(settings: Settings) -> Finding:
    """Return what is odd about the settings together; on localhost nothing is."""
    if is_local(settings.issuer):
        return ok("settings", f"{settings.issuer} on this machine only")
    if settings.tls_cert is None and not settings.trusted_proxies:
        return warn(
            "settings",
            "no proxy is trusted, so every person seems to come from the proxy's address",
            "name the proxies in IDP_TRUSTED_PROXIES, or let the server end TLS (IDP_TLS_CERT, IDP_TLS_KEY)",
        )
    if settings.database_url.startswith("sqlite"):
        return warn(
            "settings",
            "SQLite serves one machine, which nothing stands in for when it is away",
            "use PostgreSQL in IDP_DATABASE_URL",
        )
    return ok("settings", settings.issuer)
