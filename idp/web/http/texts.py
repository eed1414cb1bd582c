"""The texts people read: one catalogue a language, from `texts/vi.yaml` or `texts/en.yaml` of every feature."""

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from msgspec import Struct, field

from idp.kernel.letters import without_accents
from idp.kernel.locales import LOCALES, Locale

Value = str | int | timedelta
# A server reads half a megabyte of texts at its start; the loader in C, where PyYAML has it, takes a tenth of the time.
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What can be wrong with a form. The values each text wants stand beside it.
MessageKey = Literal[
    "required",
    "wrong_credentials",
    "too_many_tries",  # retry_after
    "post_not_held",
    "device_code_wrong",
    "device_too_many",  # retry_after
    "enrolment_wrong",
    "counter_too_many",  # retry_after
    "counter_level",
    "counter_over",
    "counter_wrong_password",
    "counter_refused",
    "counter_expired",
    "assist_over",
    "assist_other_open",
    "too_many_enrolments",  # retry_after
    "code_wrong",
    "code_expired",
    "code_tries_used",
    "code_sends_used",  # retry_after
    "number_format",
    "number_fullwidth",
    "number_older_card",
    "name_empty",
    "name_characters",
    "name_invisible",
    "name_too_long",  # maximum
    "birth_date_invalid",
    "birth_date_incomplete",
    "birth_date_year",
    "birth_date_future",
    "phone_format",
    "phone_old_prefix",  # new_prefix
    "phone_landline",
    "phone_abroad",
    "phone_fullwidth",
    "password_too_short",  # minimum
    "password_too_long",  # maximum
    "password_common",
    "password_personal",
    "password_breached",
    "password_repetition",
    "password_sequence",
    "password_date",
    "password_changed_meanwhile",
    "contact_changed_meanwhile",
    "email_format",
    "too_many_registrations",  # retry_after
    "too_many_recoveries",  # retry_after
    "recovery_code_not_right",
    "recovery_near",
    "recovery_different",
    "recovery_no_record",
    "recovery_no_answer",
    "recovery_garbled",
    "recovery_reference_unknown",
    "recovery_not_ready",  # ready_at
    "recovery_over",
    "recovery_needs_second",
    "alarm_code_wrong",
    "wrong_password",
    "totp_wrong",
    "recovery_code_wrong",
    "factor_used",
    "factor_wait",  # retry_after
    "factor_disabled",
    "approval_waiting",
    "approval_refused",
    "approval_expired",
    "approvals_used",  # retry_after
    "two_steps_no_factor",
    "two_steps_short_password",
    "last_second_factor",
    "website_format",
    "own_text",
    "own_number",
    "close_not_understood",
    "joining_not_shown",
    "joining_not_proved",
    "joining_different",
    "joining_changed",
    "joining_not_understood",
    "mandate_gone",
    "passkey_refused",
    "passkey_expired",
    "passkey_not_added",
    "passkey_limit",
    "passkey_gone",
    "passkey_unsupported",
    "upstream_not_unlinked",
    "upstream_link_shared",
    "code_form",
    "code_fullwidth",
    "code_never_issued",
    "give_not_proved",
    "give_too_often",
    "give_oneself",
    "give_no_power",
    "give_exceeds",
    "give_too_long",
    "give_too_early",
    "give_until",
]

# What is told on every channel: a text message and an e-mail each.
NoticeKey = Literal[
    "notice_new_device",
    "notice_factor_added",
    "notice_factor_removed",
    "notice_password_changed",
    "notice_contact_changed",
    "notice_approval_given",
    "notice_second_account_tried",
    "notice_recovery_started",
    "notice_recovery_cancelled",
    "notice_recovery_done",
    "notice_account_locked",
    "notice_account_closed",
    "notice_accounts_joining",
    "notice_joining_ended",
    "notice_accounts_merged",
    "notice_merge_undone",
    "notice_identity_proved",
    "notice_identity_matched",
    "notice_number_claimed",
    "notice_set_aside",
    "notice_identity_refused",
    "notice_identity_changed",
    "notice_organisation_claimed",
    "notice_organisation_refused",
    "notice_ward_claimed",
    "notice_waits_ended",
    "notice_phone_due",
    "notice_mandate_offered",
    "notice_mandate_received",
    "notice_mandate_accepted",
    "notice_mandate_ended",
    "notice_mandate_suspended",
    "notice_mandate_waits",
    "notice_mandate_resumed",
    "notice_mandate_confirmed",
    "notice_mandate_claimed",
    "notice_mandate_offered_below",
    "notice_mandate_accepted_below",
    "notice_mandate_lowered",
    "notice_mandate_rests",
    "notice_assisted_filing",
    "notice_recovery_assisted",
    "notice_locked_by_support",
    "notice_unlocked_by_support",
    "notice_signed_out_by_support",
]

SmsKey = Literal[
    NoticeKey,
    "registration_code",
    "phone_code",
    "step_up_code",
    "confirm_code",
    "counter_code",
    "recovery_code",
    "recovery_phone_code",
    "recovery_displaced",
    "enrolment_code",
    "account_opened",
    "account_not_opened",
    "account_replaced",
    "account_waits",
    "notices_gathered",
    "notices_without_code",
    "claim_at_contact",
    "claim_at_contact_again",
]

EmailKey = Literal[
    NoticeKey,
    "claim_at_contact",
    "claim_at_contact_again",
    "email_code",
    "recovery_code",
    "enrolment_code",
    "client_secret_ends_soon",
    "client_secret_none_works",
    "client_secret_old",
]


class Message(Struct, frozen=True):
    """A text of the catalogue's `messages` and the values it wants: what a handler says about a form."""

    key: MessageKey
    values: Mapping[str, Value] = field(default_factory=dict)


class Texts:
    """The catalogue of one language."""

    def __init__(self, locale: Locale) -> None:
        """Read the catalogue, once a process for each language."""
        self._texts = read_catalogue(locale)

    def get(self, key: str, **values: Value) -> str:
        """Return the text at a dotted key with its values put in; spans of time are put in words.

        Raises KeyError for an unknown key or a missing value. Nothing is escaped: that is the template's matter.
        """
        return self.filled(self._texts[key], **values)

    def filled(self, text: str, /, **values: Value) -> str:
        """Return a text, of a catalogue or another, with its values put in, as `get` does."""
        return text.format_map({name: self._in_words(value) for name, value in values.items()})

    def counted(self, key: str, count: int, **values: Value) -> str:
        """Return the text of a group that fits a number: `zero` where the group has it, `one`, or `other`.

        The texts want `count` beside their values. Raises KeyError like `get`.
        """
        form = "one" if count == 1 else "other"
        if count == 0 and f"{key}.zero" in self._texts:
            form = "zero"
        return self.get(f"{key}.{form}", count=count, **values)

    def message(self, message: Message) -> str:
        """Return what a form says about an entry."""
        return self.get(f"messages.{message.key}", **message.values)

    def sms(self, key: SmsKey, **values: Value) -> str:
        """Return a text message in ASCII, one segment of 160 letters for a `site` of up to 40.

        Every text wants `site`; the codes also want `code` and `valid_for`. Carriers refuse accents or bill
        them apart, so those of the values are dropped too.
        """
        return in_ascii(self.get(f"sms.{key}", **values))

    def email(self, key: EmailKey, **values: Value) -> tuple[str, str]:
        """Return an e-mail's subject and its text, which is plain and holds no link."""
        return self.get(f"emails.{key}.subject", **values), self.get(f"emails.{key}.text", **values)

    def _in_words(self, value: Value) -> str:
        return self.duration(value) if isinstance(value, timedelta) else str(value)

    def duration(self, span: timedelta) -> str:
        """Return a span in words with at most two units, rounded up to whole seconds: "1 phút 30 giây"."""
        minutes, seconds = divmod(max(0, math.ceil(span.total_seconds())), 60)
        hours, minutes = divmod(minutes, 60)
        # A day or so is easier to grasp in hours.
        days, hours = divmod(hours, 24) if hours >= 48 else (0, hours)
        counts = (("day", days), ("hour", hours), ("minute", minutes), ("second", seconds))
        reported = [(unit, count) for unit, count in counts if count][:2] or [("second", 0)]
        return " ".join(self.counted(f"duration.{unit}", count) for unit, count in reported)


def in_ascii(text: str) -> str:
    """Return a text as it is sent by SMS: without accents, what ASCII has no letter for as `?`."""
    return without_accents(text).encode("ascii", "replace").decode()


@lru_cache
def read_catalogue(locale: Locale) -> Mapping[str, str]:
    """Return all texts of a language by dotted key. Raises TypeError if a file holds anything but texts."""
    texts: dict[str, str] = {}
    for source in sorted(Path(__file__).parent.parent.rglob(f"texts/{locale}.yaml")):
        tree: object = yaml.load(source.read_text("utf-8"), Loader=_Loader)  # noqa: S506 (both loaders are safe)
        for key, text in flatten(tree, ""):
            if key in texts:
                raise TypeError(f"two texts of one name: {key}")
            texts[key] = text
    return texts


def flatten(tree: object, key: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a nested catalogue with their dotted keys."""
    match tree:
        case str():
            yield key, tree.strip()
        case dict():
            for name, branch in tree.items():
                yield from flatten(branch, f"{key}.{name}" if key else str(name))
        case _:
            raise TypeError(f"a catalogue holds texts and groups of texts, not {type(tree).__name__}: {key}")


def load_texts() -> dict[Locale, Texts]:
    """Return the texts of every language."""
    return {locale: Texts(locale) for locale in LOCALES}
