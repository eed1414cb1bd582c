"""What the text of a message is held to, whoever writes it: it can be sent, and it cannot lead anybody astray."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from msgspec import Struct

from idp.kernel.letters import without_accents

# One segment of a text message; a carrier bills the second one (vietnam.md 5.2).
ONE_SEGMENT = 160
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# GSM 03.38: a carrier takes these as two letters each, or not at all.
_NO_SMS_LETTERS = frozenset("[\\]^`{|}~")
# Phones make links of all of these, and of a full stop that letters follow.
_LINK = re.compile(r"https?|www\.|//|mailto:|@|xn--|\.[^\W\d_]{2,}|\d{1,3}(?:\.\d{1,3}){3}")
_PASSWORD = re.compile(r"mat khau|mat ma|pass ?word|pass ?code|pass ?phrase|\bpin\b")
_ASKING = re.compile(
    r"\b(?:nhap|gui|cung cap|cho biet|tra loi|dien|doc|khai|nhan lai|"
    r"enter|send|type|reply|provide|confirm|tell|give|write|submit)\b"
)


class Written(Struct, frozen=True):
    """A text that was written, beside the one that it stands for and the longest values of its placeholders."""

    text: str
    standard: str
    longest: Mapping[str, str]

    @property
    def sent(self) -> str:
        """Return the longest text message that comes of it."""
        return without_accents(_PLACEHOLDER.sub(lambda found: self.longest.get(found[1], ""), self.text))


class Rule(Struct, frozen=True):
    """What is wrong with a text, and how it is mended."""

    name: str
    reason: str
    remedy: str
    broken: Callable[[Written], bool]


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in braces, in their order, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def wants_others(written: Written) -> bool:
    """Say whether a text has other placeholders than the standard one, or braces that are none."""
    rest = _PLACEHOLDER.sub("", written.text)
    return "{" in rest or "}" in rest or set(placeholders(written.text)) != set(placeholders(written.standard))


def _seen(text: str) -> str:
    # As a reader and a phone take it: forms and marks of letters do not hide a link or a word.
    plain = unicodedata.normalize("NFKD", _PLACEHOLDER.sub("xx", text).casefold().replace("đ", "d"))
    plain = plain.replace("\u3002", ".")
    return "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))


def _has_link(written: Written) -> bool:
    return _LINK.search(_seen(written.text)) is not None


def _asks_for_password(written: Written) -> bool:
    # Some standard texts tell that a password was changed, or that nobody asks for it; no other text needs the word.
    text = " ".join(re.split(r"[^\S\n]+", _seen(written.text)))
    if len(_PASSWORD.findall(text)) > len(_PASSWORD.findall(_seen(written.standard))):
        return True
    return any(_PASSWORD.search(one) and _ASKING.search(one) for one in re.split(r"[.!?;\n]", text))


def _too_long_for_sms(written: Written) -> bool:
    return len(written.sent) > ONE_SEGMENT


def _not_for_sms(written: Written) -> bool:
    # What stands in braces is told as a placeholder.
    return not written.sent.isascii() or bool(_NO_SMS_LETTERS - set("{}") & set(written.sent))


RULES = (
    Rule(
        "no-link",
        "it has a link, or what a phone makes one of",
        "leave addresses out, and put a space after each full stop",
        _has_link,
    ),
    Rule(
        "no-password",
        "it asks for a password, or names one where the standard text does not",
        "leave it out",
        _asks_for_password,
    ),
)
SMS_RULES = (
    *RULES,
    Rule(
        "sms-site",
        "people do not see first who writes",
        "begin with {site}",
        lambda written: not written.text.startswith("{site}"),
    ),
    Rule(
        "sms-letters",
        "it has letters that text messages do not carry",
        "write Vietnamese or English letters, digits and . , : ; ? ! - ( )",
        _not_for_sms,
    ),
    Rule(
        "sms-length",
        f"with its longest values it has more than {ONE_SEGMENT} letters",
        "shorten it",
        _too_long_for_sms,
    ),
)
