"""Whose provider this is, as the head and the foot of every page say it."""

from idp.environment import Settings
from idp.web.http.page import Site
from idp.web.oauth.security_text import SecurityContact, read_contacts
from records.structs import replace

SITE = Site(
    name={"vi": "Đăng nhập một lần - Dịch vụ công quốc gia", "en": "National public service sign-on"},
    operator={"vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal of Viet Nam"},
    help_line=None,
)


def site_of(settings: Settings) -> Site:
    """Return the names of the provider, with the operator's help line."""
    return replace(SITE, help_line=settings.help_line or None)


def security_contact(settings: Settings) -> SecurityContact | None:
    """Return whom to tell about a weakness; None where the operator names nobody."""
    if not settings.security_contact or settings.security_expires is None:
        return None
    contacts = read_contacts(settings.security_contact)
    return SecurityContact(contacts, settings.security_expires, settings.security_policy)
