"""Texts of text messages and e-mails that stand in place of the catalogue's."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from clients.document import Document
from idp.kernel.locales import LOCALES, Locale
from idp.settings.message_rules import RULES, SMS_RULES, Rule, Written, placeholders, wants_others
from idp.settings.reading import Reading
from records.structs import replace

# More than there are messages; each stands once.
MOST_MESSAGES = 150
_LONGEST_SMS, _LONGEST_SUBJECT, _LONGEST_TEXT = 300, 100, 2000
NO_MESSAGES: Document = {"messages": []}


class Wording(Struct, frozen=True):
    """What one message says in one language; `subject` is empty for a text message."""

    text: str
    subject: str = ""


# By channel and key: `sms.step_up_code`, `email.email_code`.
Wordings = Mapping[str, Mapping[Locale, Wording]]


class MessageCatalogue(Struct, frozen=True):
    """Every message with its standard texts, and the longest value of each placeholder of text messages.

    It is declared in a package above this one, which hands it in.
    """

    wordings: Wordings
    longest: Mapping[Locale, Mapping[str, str]]


def no_catalogue() -> MessageCatalogue:
    """Return a catalogue without messages: none can be changed."""
    return MessageCatalogue({}, {})


def read_messages(document: Document, catalogue: Callable[[], MessageCatalogue]) -> Wordings:
    """Return the messages whose texts differ from the catalogue's. Raises `InvalidSettingError` with every problem.

    The catalogue is asked for only where a document changes something.
    """
    reading = Reading()
    members = reading.members(document, "", ("messages",))
    entries = reading.entries(members.get("messages"), "messages", MOST_MESSAGES)
    if not entries:
        reading.done()
        return {}
    known = catalogue()
    found = [_message(reading, one, f"messages.{place}", known) for place, one in enumerate(entries)]
    reading.unlike([str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one], "messages")
    reading.done()
    return {name: wording for name, wording in found if wording != known.wordings[name]}


def _message(
    reading: Reading, value: object, field: str, catalogue: MessageCatalogue
) -> tuple[str, Mapping[Locale, Wording]]:
    named = value.get("id") if isinstance(value, dict) else None
    name = next((one for one in catalogue.wordings if one == named), "")
    if not name:
        reading.members(value, field, ("id", "subject", "text"))
        reading.report(f"{field}.id", "message", "no message has this name", "write one like sms.step_up_code")
        return "", {}
    standard = catalogue.wordings[name]
    by_sms = not any(one.subject for one in standard.values())
    members = reading.members(value, field, ("id", "text") if by_sms else ("id", "subject", "text"))
    texts = reading.members(members.get("text"), f"{field}.text", LOCALES)
    subjects = {} if by_sms else reading.members(members.get("subject"), f"{field}.subject", LOCALES)
    found: dict[Locale, Wording] = {}
    for locale, wording in standard.items():
        subject = ""
        if not by_sms:
            of_subject = _Held(wording.subject, catalogue.longest[locale], _LONGEST_SUBJECT)
            subject = of_subject.read(reading, subjects.get(locale, ""), f"{field}.subject.{locale}")
        of_text = _Held(wording.text, catalogue.longest[locale], _LONGEST_SMS if by_sms else _LONGEST_TEXT)
        rules = replace(of_text, rules=SMS_RULES) if by_sms else replace(of_text, lines=True)
        found[locale] = Wording(rules.read(reading, texts.get(locale, ""), f"{field}.text.{locale}"), subject)
    return name, found


class _Held(Struct, frozen=True):
    """What one text is held to."""

    standard: str
    values: Mapping[str, str]
    longest: int
    rules: tuple[Rule, ...] = RULES
    lines: bool = False

    def read(self, reading: Reading, value: object, field: str) -> str:
        text = reading.text(value, field, self.longest, lines=self.lines)
        # What says nothing was told already.
        if not text.strip():
            return text
        written = Written(text, self.standard, self.values)
        if wants_others(written):
            wanted = " ".join(f"{{{name}}}" for name in placeholders(self.standard)) or "none"
            reason = "it has other placeholders than the standard text"
            reading.report(field, "placeholders", reason, f"write these and no others: {wanted}")
        for rule in self.rules:
            if rule.broken(written):
                reading.report(field, rule.name, rule.reason, rule.remedy)
        return text
