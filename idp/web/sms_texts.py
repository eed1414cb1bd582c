"""The texts of SMS, from the same catalogues as the pages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import get_args

from idp.kernel.locales import Locale
from idp.web.texts import SmsKey, load_texts

# Accent-free and short: a carrier registers it with the template (vietnam.md 5.2).
SITE_NAME = "Dang nhap DVCQG"
_KEYS: dict[str, SmsKey] = {key: key for key in get_args(SmsKey)}


def sms_text(key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> str:
    """Return a message's text; raises KeyError for a key that has none."""
    return load_texts()[locale].sms(_KEYS[key], site=SITE_NAME, **values)
