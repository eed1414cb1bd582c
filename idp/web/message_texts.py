"""The texts of text messages and e-mails, from the same catalogues as the pages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import get_args

from idp.kernel.locales import LOCALES, Locale
from idp.web.texts import EmailKey, SmsKey, load_texts

# Accent-free and short: a carrier registers it with the template (vietnam.md 5.2).
SITE_NAME = "Dang nhap DVCQG"
_SMS_KEYS: dict[str, SmsKey] = {key: key for key in get_args(SmsKey)}
_EMAIL_KEYS: dict[str, EmailKey] = {key: key for key in get_args(EmailKey)}


def sms_text(key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> str:
    """Return a text message's text; raises KeyError for a key that has none."""
    return load_texts()[locale].sms(_SMS_KEYS[key], site=SITE_NAME, **values)


def email_text(key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> tuple[str, str]:
    """Return an e-mail's subject and text; raises KeyError for a key that has none."""
    return load_texts()[locale].email(_EMAIL_KEYS[key], **values)


def both_languages(key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> tuple[str, str]:
    """Return an e-mail for whoever's language is not known: the locale's first, the other below."""
    subject, text = email_text(key, locale, values)
    others = (email_text(key, other, values) for other in LOCALES if other != locale)
    return subject, "\n\n".join([text, *("\n\n".join(other) for other in others)])
