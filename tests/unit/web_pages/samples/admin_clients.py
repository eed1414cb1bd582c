"""The console's pages of clients, changes, and tokens to register by, with data in every field."""

from typing import get_args

from clients.document import Document
from clients.errors import Problem
from clients.exceptions.dated import DATED
from clients.model import CLIENT_KINDS, GRANT_TYPES, ClientId
from idp.admin.changes.model import ChangeKind, ChangeState, ObjectKind
from idp.admin.clients.failures import FailurePlace
from idp.admin.clients.health import CheckCause, CheckKind, CheckState
from idp.admin.dynamic_registration.model import InitialTokenId
from idp.admin.permissions import Permission
from idp.kernel.ids import ChangeId
from idp.web.admin.clients import pages as of_clients
from idp.web.admin.clients.doctor_pages import CheckEntry, ClientDoctorPage, DeadlineEntry, FailureEntry
from idp.web.admin.clients.forms import fields_of, sections_of
from idp.web.admin.clients.guided import BY_MEMBER, MEMBERS
from idp.web.admin.dynamic_registration import pages as of_registration
from idp.web.admin.pages import FieldProblem
from idp.web.admin.shell_page import AdminShell
from idp.web.http.page import Page
from records.structs import replace


def client_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return the pages of clients and changes."""
    wrong = FieldProblem(field=text, said={"vi": text, "en": text})
    document: Document = {member: True if one.kind == "flag" else text for member, one in BY_MEMBER.items()}
    problems = [Problem(member, "form", text, text) for member in MEMBERS]
    # Every member, each with something wrong, so that every part stands open; then the same form, folded.
    sections = sections_of(fields_of(document, MEMBERS, problems))
    folded = sections_of(fields_of(document, MEMBERS))
    entry = of_clients.ChangeEntry(
        id=ChangeId(text),
        object_kind=ObjectKind.CLIENT,
        object_id=text,
        kind=ChangeKind.UPDATE,
        state=ChangeState.PROPOSED,
        proposed_by=text,
        proposed_at=text,
        wants_review=True,
    )
    url, action, hidden = f"?x={text}", f"/admin/{text}", ((text, text),)
    return [
        of_clients.ClientListPage(
            other_language_url=url,
            shell=shell,
            clients=(
                of_clients.ClientEntry(
                    client_id=ClientId(text), name=text, agency=text, stage="sandbox", active=False, fails=True
                ),
                of_clients.ClientEntry(
                    client_id=ClientId(text), name=text, agency="", stage="production", active=True, fails=False
                ),
            ),
            typed=text,
            next_url=f"/admin/{text}",
            first_url=f"/admin/{text}",
            kinds=("web_portal", "bank"),
        ),
        of_clients.RegisterClientPage(
            other_language_url=url,
            shell=shell,
            action=action,
            hidden=hidden,
            kind="web_portal",
            sections=sections,
            problems=(wrong,),
        ),
        of_clients.ClientPage(
            other_language_url=url,
            shell=shell,
            action=action,
            hidden=hidden,
            client_id=ClientId(text),
            name=text,
            agency=text,
            kind="bank",
            stage="sandbox",
            active=False,
            profile="certification",
            certification=True,
            sections=folded,
            raw=text,
            problems=(wrong,),
            secrets=(of_clients.SecretEntry(created_at=text, expires_at=text),),
            uses_secret=True,
            secret_care="ends_soon",
            changes=(entry,),
            needs=Permission.CLIENTS_APPROVE,
            may_change=True,
            may_rotate=True,
            may_stop=True,
            done="saved",
            key_set=of_clients.KeySetWarning(cause=CheckCause.MISSING, detail=text),
        ),
        of_clients.ClientSecretPage(
            other_language_url=url, shell=shell, client_id=ClientId(text), secret=text, earlier_end_at=text
        ),
        of_clients.ChangeListPage(other_language_url=url, shell=shell, changes=(entry,), next_url=f"/admin/{text}"),
        of_clients.ChangePage(
            other_language_url=url,
            shell=shell,
            action=action,
            hidden=hidden,
            entry=entry,
            reason=text,
            needs=Permission.CLIENTS_APPROVE,
            asked_agency=text,
            logo_url=f"/logos/{text}",
            expires_at=text,
            differences=(of_clients.DifferenceEntry(member=text, removed=(text,), added=(text,)),),
            scopes=(of_clients.AskedScope(number=1, scope=text, basis=text),),
            decided_by=text,
            decided_at=text,
            decision_reason=text,
            undo_until=text,
            undone_by=text,
            review_by=text,
            reviewed_by=text,
            may_decide=True,
            may_withdraw=True,
            may_undo=True,
            may_review=True,
            problems=(wrong,),
            done="approved",
        ),
    ]


def doctor_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return the page of how a client is: with everything wrong, and with nothing known."""
    times = dict.fromkeys(("since_at", "worked_at", "checked_at", "due_at"), text)
    untried = dict.fromkeys(times, "")
    failure = FailureEntry(
        place=FailurePlace.AUTHORIZE,
        code=text,
        error="authorize_page.invalid_redirect_uri",
        cause=None,
        word=None,
        said=text,
        shown=text,
        count=text,
        first_at=text,
        last_at=text,
        field="redirect_uris",
    )
    full = ClientDoctorPage(
        other_language_url=f"?x={text}",
        shell=shell,
        action=f"/admin/{text}",
        hidden=((text, text),),
        client_id=ClientId(text),
        name=text,
        active=True,
        watched=True,
        checks=(
            CheckEntry(
                kind=CheckKind.KEY_SET,
                address=text,
                state=CheckState.FAILS,
                cause=CheckCause.MISSING,
                detail=text,
                field="jwks_uri",
                **times,
            ),
            CheckEntry(
                kind=CheckKind.LOGOUT, address=text, state="untried", cause=None, detail="", field="", **untried
            ),
        ),
        deadlines=(
            DeadlineEntry(kind="certificate", name=text, at=text, days=-1),
            DeadlineEntry(kind="secret", name="", at=text, days=3),
            *(DeadlineEntry(kind=row.member, name="", at=text, days=30) for row in DATED),
        ),
        secret_care="ends_soon",
        failures=(
            failure,
            replace(failure, place=FailurePlace.LOGOUT_NOTICE, error="", cause=CheckCause.TIMEOUT, field=""),
            replace(failure, place=FailurePlace.TOKEN, error="", said="", shown=""),
        ),
        unproven=(replace(failure, place=FailurePlace.PUSHED_REQUEST, error="", word="audience_list"),),
        notice_delivered_at=text,
        may_check=True,
        said="checked",
    )
    return [full]


def registration_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return one page of each kind, the form with everything wrong."""
    url, action, hidden = f"?x={text}", f"/admin/{text}", ((text, text),)
    entries = tuple(_entry(text, state) for state in get_args(of_registration.TokenState))
    fields = ("label", "agency", "hosts", "scope", "grant_types", "uses", "valid_days", "issuer", "jwks")
    wrong = tuple(FieldProblem(field=field, said={"vi": text, "en": text}) for field in fields)
    typed = {**dict.fromkeys(fields, text), "kind": "bank", "security_profile": "fapi2"}
    return [
        of_registration.InitialTokenListPage(
            other_language_url=url,
            shell=shell,
            tokens=entries,
            next_url=f"/admin/{text}",
            first_url=f"/admin/{text}",
            may_issue=True,
        ),
        of_registration.NewInitialTokenPage(
            other_language_url=url,
            shell=shell,
            action=action,
            hidden=hidden,
            typed={**typed, "software_statement_required": text},
            grants=GRANT_TYPES,
            chosen=frozenset(GRANT_TYPES[:2]),
            profiles=("standard", "fapi2"),
            kinds=CLIENT_KINDS,
            problems=wrong,
        ),
        of_registration.InitialTokenSecretPage(
            other_language_url=url, shell=shell, id=InitialTokenId(text), label=text, secret=text, endpoint=text
        ),
        of_registration.InitialTokenPage(
            other_language_url=url,
            shell=shell,
            action=action,
            hidden=hidden,
            entry=entries[0],
            created_at=text,
            revoked_at=text,
            hosts=(text, text),
            scope=(text, text),
            grants=GRANT_TYPES[:2],
            profile="fapi2",
            kind="bank",
            statement_required=True,
            came=(of_registration.CameEntry(client_id=ClientId(text), registered_at=text),),
            gone=1,
            may_revoke=True,
            just_revoked=True,
        ),
        of_registration.PublishersPage(
            other_language_url=url,
            shell=shell,
            action=action,
            hidden=hidden,
            publishers=(
                of_registration.PublisherEntry(
                    issuer=text, agency="", key_ids=(text, text), added_at=text, may_distrust=True
                ),
                of_registration.PublisherEntry(
                    issuer=text, agency=text, key_ids=(text,), added_at=text, may_distrust=False
                ),
            ),
            typed=typed,
            problems=wrong,
            may_trust=True,
            done="trusted",
        ),
    ]


def _entry(text: str, state: of_registration.TokenState) -> of_registration.TokenEntry:
    return of_registration.TokenEntry(
        id=InitialTokenId(text),
        label=text,
        agency=text,
        state=state,
        uses_left=1,
        uses=2,
        expires_at=text,
        created_by=text,
    )
