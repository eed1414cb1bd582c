"""The pages of the console with data in every field."""

from idp.accounts.roles import Role
from idp.web.pages import admin as pages
from idp.web.pages.admin_shell import AdminShell, ConsoleLink
from idp.web.pages.base import Page


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
            problems=(pages.FieldProblem(field=text, reason=text, remedy=text),),
            back_url=f"/admin/{text}",
            reference=text,
        ),
    ]
