"""The texts of text messages and e-mails, from the same catalogues as the pages, or as the operators changed them."""

from datetime import timedelta
from functools import lru_cache
from typing import get_args

from msgspec import Struct

from idp.account.notices.messages import Values
from idp.kernel.locales import LOCALES, Locale
from idp.settings.live import LiveSetting
from idp.settings.message_texts import MessageCatalogue, Wording, Wordings
from idp.web.http.texts import EmailKey, SmsKey, in_ascii, load_texts, read_catalogue

# Accent-free and short: a carrier registers it with the template (vietnam.md 5.2).
SITE_NAME = "Dang nhap DVCQG"
_SMS_KEYS: dict[str, SmsKey] = {key: key for key in get_args(SmsKey)}
_EMAIL_KEYS: dict[str, EmailKey] = {key: key for key in get_args(EmailKey)}
# What a text message must have room for, so that neither the site nor the code's life decides which text fits.
_LONGEST_SITE, _LONGEST_CODE, _LONGEST_LIFE = "D" * 40, "ABCDEFGHJK", timedelta(minutes=59, seconds=59)


def sms_text(key: str, locale: Locale, values: Values) -> str:
    """Return a text message's text; raises KeyError for a key that has none."""
    return load_texts()[locale].sms(_SMS_KEYS[key], site=SITE_NAME, **values)


def email_text(key: str, locale: Locale, values: Values) -> tuple[str, str]:
    """Return an e-mail's subject and text; raises KeyError for a key that has none."""
    return load_texts()[locale].email(_EMAIL_KEYS[key], **values)


class MessageTexts(Struct, frozen=True):
    """The texts of messages as they stand now: the operators' where they changed one, else the catalogue's.

    It is in memory: nothing is read for a message.
    """

    changed: LiveSetting[Wordings]

    def sms(self, key: str, locale: Locale, values: Values) -> str:
        """Return a text message's text, as `sms_text` does."""
        wording = self.changed.value.get(f"sms.{key}")
        if wording is None:
            return sms_text(key, locale, values)
        return in_ascii(load_texts()[locale].filled(wording[locale].text, site=SITE_NAME, **values))

    def email(self, key: str, locale: Locale, values: Values) -> tuple[str, str]:
        """Return an e-mail's subject and text, as `email_text` does."""
        wording = self.changed.value.get(f"email.{key}")
        if wording is None:
            return email_text(key, locale, values)
        texts = load_texts()[locale]
        return texts.filled(wording[locale].subject, **values), texts.filled(wording[locale].text, **values)

    def both_languages(self, key: str, locale: Locale, values: Values) -> tuple[str, str]:
        """Return an e-mail for whoever's language is not known: the locale's first, the other below."""
        subject, text = self.email(key, locale, values)
        others = (self.email(key, other, values) for other in LOCALES if other != locale)
        return subject, "\n\n".join([text, *("\n\n".join(other) for other in others)])


@lru_cache
def message_catalogue() -> MessageCatalogue:
    """Return every message with its standard texts, which changed ones are held to."""
    texts = {locale: read_catalogue(locale) for locale in LOCALES}
    sms = {f"sms.{key}": {one: Wording(texts[one][f"sms.{key}"]) for one in LOCALES} for key in _SMS_KEYS}
    emails = {
        f"email.{key}": {
            one: Wording(texts[one][f"emails.{key}.text"], texts[one][f"emails.{key}.subject"]) for one in LOCALES
        }
        for key in _EMAIL_KEYS
    }
    longest = {
        one: {"site": _LONGEST_SITE, "code": _LONGEST_CODE, "valid_for": load_texts()[one].duration(_LONGEST_LIFE)}
        for one in LOCALES
    }
    return MessageCatalogue({**sms, **emails}, longest)
