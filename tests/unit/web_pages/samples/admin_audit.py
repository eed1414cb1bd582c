"""The console's pages of the audit log with data in every field."""

from typing import get_args

from clients.model import ClientId
from idp.kernel.ids import EventId, PersonId, SessionId
from idp.web.admin.audit import pages
from idp.web.admin.shell_page import AdminShell
from idp.web.http.page import Page


def audit_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return one page of each kind."""
    entry = pages.EventEntry(
        id=EventId(text),
        url=f"/admin/{text}",
        at=text,
        name=text,
        reason=text,
        client_id=ClientId(text),
        actor_code=text,
    )
    return [
        pages.AuditLogPage(
            other_language_url=f"?x={text}",
            action=f"/admin/{text}",
            hidden=((text, text),),
            shell=shell,
            typed=dict.fromkeys(get_args(pages.AuditField), text),
            wrong=(),
            names=(text,),
            events=(entry,),
            next_url=f"/admin/{text}",
            may_export=True,
            may_find_people=True,
            chain=pages.ChainEntry(number=1, sealed_at=text, events=2, overdue=True),
        ),
        pages.AuditLogPage(
            other_language_url=f"?x={text}",
            action=f"/admin/{text}",
            hidden=((text, text),),
            shell=shell,
            typed=dict.fromkeys(get_args(pages.AuditField), text),
            wrong=get_args(pages.AuditField),
            names=(text,),
            events=(),
            next_url=None,
            may_export=False,
            may_find_people=True,
            chain=None,
        ),
        pages.AuditEventPage(
            other_language_url=f"?x={text}",
            shell=shell,
            entry=entry,
            correlation_id=text,
            person_id=PersonId(text),
            session_id=SessionId(text),
            address=text,
            details=((text, text),),
            withheld=True,
            back_url=f"/admin/{text}",
        ),
    ]
