"""The console's pages of national settings. Times come as the text that is shown."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from idp.kernel.locales import Locale
from idp.settings.names import SettingName
from idp.web.admin.clients.pages import ChangeEntry, DifferenceEntry
from idp.web.admin.pages import FieldProblem
from idp.web.admin.shell_page import AdminFormPage, AdminPage

FieldKind = Literal["line", "moment", "number", "choice", "choices", "key", "paragraphs"]
LimitLabel = Literal[
    "network_sign_ins",
    "network_registrations",
    "network_recoveries",
    "network_alarms",
    "network_enrolments",
    "network_codes",
    "phone_codes",
    "phone_messages",
    "service_codes",
    "account_codes",
    "recovery_codes",
    "contact_codes",
]
AlertLimitLabel = Literal[
    "completed_percent",
    "ended_at_least",
    "p95_seconds",
    "timed_at_least",
    "failures_percent",
    "failures_at_least",
]
NumberLabel = Literal[LimitLabel, AlertLimitLabel]
# What the fields of the forms are called.
SettingLabel = Literal[
    "id",
    "severity",
    "where",
    "from",
    "until",
    "text_vi",
    "text_en",
    "service",
    "seconds",
    "not_offered",
    "name_vi",
    "name_en",
    "percent",
    "effects",
    "message",
    "subject_vi",
    "subject_en",
    "message_vi",
    "message_en",
    NumberLabel,
]
# The words that can be chosen.
SettingWord = Literal[
    "info",
    "warning",
    "urgent",
    "sign_in",
    "account",
    "status",
    "in_service",
    "out_of_service",
    "networks",
    "messages",
    "background_rests",
]


class SettingEntry(Struct, frozen=True, kw_only=True):
    """A setting in the list; `changed_at` is empty where the default stands."""

    name: SettingName
    changed_at: str


class SettingListPage(AdminPage, frozen=True, kw_only=True):
    """All national settings."""

    template: ClassVar[str] = "admin/settings/settings.html"
    settings: tuple[SettingEntry, ...]


class SettingChoice(Struct, frozen=True, kw_only=True):
    """One word that can be chosen."""

    word: SettingWord
    chosen: bool


class SettingKey(Struct, frozen=True, kw_only=True):
    """A name that can be chosen, the same in every language, and a line of what it stands for in each."""

    key: str
    about: Mapping[Locale, str]


class SettingField(Struct, frozen=True, kw_only=True):
    """One field of the guided form, with what is wrong with it."""

    # The place of its value in the document: its name in the form.
    path: str
    label: SettingLabel
    kind: FieldKind
    value: str
    choices: tuple[SettingChoice, ...]
    # Between what a number must be; "" where it is none.
    least: str = ""
    most: str = ""
    keys: tuple[SettingKey, ...] = ()
    problems: tuple[FieldProblem, ...]

    @property
    def id(self) -> str:
        """Return the id of its element."""
        return self.path.replace(".", "-")


class SettingGroup(Struct, frozen=True, kw_only=True):
    """Fields that belong together; `name` is empty for an entry that is not there yet, and for the whole setting."""

    number: int
    name: str
    # Nothing else belongs to the setting.
    whole: bool = False
    fields: tuple[SettingField, ...]


class SettingProblem(Struct, frozen=True, kw_only=True):
    """A problem in the summary; `id` is the element that it is about, if there is one."""

    id: str
    problem: FieldProblem


class SettingPage(AdminFormPage, frozen=True, kw_only=True):
    """One setting: what stands, the guided form beside the document, what would change, what was changed."""

    template: ClassVar[str] = "admin/settings/setting.html"
    name: SettingName
    changed_at: str
    groups: tuple[SettingGroup, ...]
    raw: str
    reason: str
    problems: tuple[SettingProblem, ...]
    # What proposing would change, where it was just looked at (None: it was not).
    differences: tuple[DifferenceEntry, ...] | None
    changes: tuple[ChangeEntry, ...]
    may_change: bool
