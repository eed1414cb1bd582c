"""The pages of the console with data in every field."""

from idp.admin.administrators.posts import Rule
from idp.admin.administrators.rules import WithdrawalReason
from idp.kernel.ids import RoleGrantId
from idp.officers.roles import Role
from idp.web.admin import pages
from idp.web.admin.administrators import pages as administrators
from idp.web.admin.shell_page import AdminShell, ConsoleLink
from idp.web.http.page import Page
from tests.unit.web_pages.samples.admin_audit import audit_pages
from tests.unit.web_pages.samples.admin_clients import client_pages, doctor_pages, registration_pages
from tests.unit.web_pages.samples.admin_infrastructure import infrastructure_pages
from tests.unit.web_pages.samples.admin_people import people_pages
from tests.unit.web_pages.samples.admin_settings import setting_pages
from tests.unit.web_pages.samples.client_trials import trial_run_pages


def admin_shell(text: str) -> AdminShell:
    """Return what stands around a page."""
    links = (
        ConsoleLink(part="home", path="/admin", current=True),
        ConsoleLink(part="administrators", path="/admin/administrators", current=False),
    )
    return AdminShell(display_name=text, officer_code=text, agency=text, links=links)


def admin_pages(text: str) -> list[Page]:
    """Return one page of each kind."""
    return [
        pages.AdminHomePage(
            other_language_url=f"?x={text}",
            action=f"/logout/{text}",
            hidden=((text, text),),
            shell=admin_shell(text),
            roles=(
                pages.HeldRole(role=Role.NATIONAL_OPERATOR, agency="", ends_at=text, ends_soon=True),
                pages.HeldRole(role=Role.AUDITOR, agency=text, ends_at=text, ends_soon=False),
            ),
            fresh=True,
        ),
        pages.NotForYouPage(other_language_url=f"?x={text}", sign_in_url=f"/sign-in/{text}"),
        pages.AdminRefusedPage(
            other_language_url=f"?x={text}",
            shell=admin_shell(text),
            refusal="invalid_input",
            problems=(pages.FieldProblem(field=text, said={"vi": text, "en": text}),),
            back_url=f"/admin/{text}",
            reference=text,
        ),
        *administrator_pages(text),
        *infrastructure_pages(admin_shell(text), text),
        *trial_run_pages(text, admin_shell(text)),
    ]


def _grant(text: str) -> administrators.GrantEntry:
    return administrators.GrantEntry(
        id=RoleGrantId(text),
        role=Role.AUDITOR,
        agency=text,
        starts_at=text,
        ends_at=text,
        given_by=text,
        state="revoked",
        revoked_at=text,
        revocable=True,
        unconfirmed=True,
    )


def administrator_pages(text: str) -> list[Page]:
    """Return the pages about administrators."""
    typed = dict.fromkeys(
        ("agency", "name", "full_name", "post", "role", "over", "until", "last_day", "contact", "reason"), text
    )
    problems = (
        administrators.FormProblem(field="over", rule=Rule.NO_SUCH_AGENCY),
        administrators.FormProblem(field="account", rule=Rule.OWN_ACCOUNT),
    )
    entry = administrators.AdministratorEntry(
        url=f"/admin/{text}",
        full_name=text,
        officer_code=text,
        agency=text,
        state="active",
        ends_at=text,
        grants=(_grant(text),),
        numbered=False,
    )
    return [
        administrators.AdministratorsPage(
            other_language_url=f"?x={text}",
            shell=admin_shell(text),
            entries=(entry,),
            next_url=f"?after={text}",
            first_url=f"/admin/{text}",
            new_url=f"/admin/{text}",
        ),
        administrators.NewAdministratorPage(
            other_language_url=f"?x={text}",
            action=f"/admin/{text}",
            hidden=((text, text),),
            shell=admin_shell(text),
            givable=tuple(Role),
            typed=typed,
            problems=problems,
        ),
        administrators.AdministratorPage(
            other_language_url=f"?x={text}",
            action=f"/admin/{text}",
            hidden=((text, text),),
            shell=admin_shell(text),
            full_name=text,
            sign_in_name=text,
            officer_code=text,
            agency=text,
            post=text,
            state="not_set_up",
            starts_at=text,
            ends_at=text,
            grants=(_grant(text),),
            own=True,
            may_end=True,
            contact=text,
            asked_by=text,
            digest=text,
            givable=tuple(Role),
            reasons=tuple(WithdrawalReason),
            typed=typed,
            problems=problems,
            done="granted",
            confirm_url=f"/account/confirm?x={text}",
        ),
        *client_pages(text, admin_shell(text)),
        *registration_pages(text, admin_shell(text)),
        *setting_pages(text, admin_shell(text)),
        *doctor_pages(text, admin_shell(text)),
        *audit_pages(text, admin_shell(text)),
        *people_pages(text, admin_shell(text)),
    ]
