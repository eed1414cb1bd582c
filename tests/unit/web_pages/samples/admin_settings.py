"""The console's pages of national settings with data in every field."""

from idp.admin.changes.model import ChangeKind, ChangeState, ObjectKind
from idp.kernel.ids import ChangeId
from idp.settings.names import SettingName
from idp.web.admin.clients.pages import ChangeEntry, DifferenceEntry
from idp.web.admin.pages import FieldProblem
from idp.web.admin.settings.pages import (
    SettingChoice,
    SettingEntry,
    SettingField,
    SettingGroup,
    SettingKey,
    SettingListPage,
    SettingPage,
    SettingProblem,
)
from idp.web.admin.shell_page import AdminShell
from idp.web.http.page import Page


def setting_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return the list, and a setting with everything wrong and with nothing to see."""
    wrong = FieldProblem(field=text, said={"vi": text, "en": text})
    fields = (
        SettingField(path="notices.0.id", label="id", kind="line", value=text, choices=(), problems=(wrong,)),
        SettingField(path="notices.0.from", label="from", kind="moment", value="", choices=(), problems=()),
        SettingField(
            path="notices.0.severity",
            label="severity",
            kind="choice",
            value="info",
            choices=(SettingChoice(word="info", chosen=True), SettingChoice(word="urgent", chosen=False)),
            problems=(),
        ),
        SettingField(
            path="notices.0.where",
            label="where",
            kind="choices",
            value="",
            choices=(SettingChoice(word="sign_in", chosen=True), SettingChoice(word="status", chosen=False)),
            problems=(wrong,),
        ),
        SettingField(
            path="messages.0.id",
            label="message",
            kind="key",
            value=text,
            choices=(),
            keys=(SettingKey(key=text, about={"vi": text, "en": text}),),
            problems=(wrong,),
        ),
        SettingField(
            path="messages.0.text.vi", label="message_vi", kind="paragraphs", value=text, choices=(), problems=(wrong,)
        ),
    )
    change = ChangeEntry(
        id=ChangeId(text),
        object_kind=ObjectKind.SETTING,
        object_id="notices",
        kind=ChangeKind.UPDATE,
        state=ChangeState.APPLIED,
        proposed_by=text,
        proposed_at=text,
        wants_review=False,
    )
    return [
        SettingListPage(
            other_language_url=f"?x={text}",
            shell=shell,
            settings=(
                *(SettingEntry(name=name, changed_at=text) for name in SettingName),
                SettingEntry(name=SettingName.NOTICES, changed_at=""),
            )[: len(SettingName)],
        ),
        *(
            SettingPage(
                other_language_url=f"?x={text}",
                shell=shell,
                action=f"/admin/{text}",
                hidden=((text, text),),
                name=SettingName.NOTICES,
                changed_at=text if full else "",
                groups=(SettingGroup(number=1, name=text, fields=fields),) if full else (),
                raw=text,
                reason=text,
                problems=(SettingProblem(id="notices-0-id", problem=wrong),) if full else (),
                differences=(DifferenceEntry(member=text, removed=(text,), added=(text,)),) if full else (),
                changes=(change,) if full else (),
                may_change=full,
            )
            for full in (True, False)
        ),
    ]
