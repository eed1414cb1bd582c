"""The console's pages of people with data in every field."""

from idp.account.model import AccountStatus, ProofState
from idp.admin.people.commands import REASONS, Act, LookupKey, PersonRule, Purpose
from idp.kernel.ids import AccountId
from idp.recovery.model import RecoveryMethod
from idp.web.admin.people import pages
from idp.web.admin.shell_page import AdminShell
from idp.web.http.page import Page


def people_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return one page of each kind."""
    return [_find_page(text, shell), _found_page(text, shell), _person_page(text, shell)]


def _find_page(text: str, shell: AdminShell) -> pages.FindPersonPage:
    fields = ("by", "value", "purpose", "case")
    return pages.FindPersonPage(
        other_language_url=f"?x={text}",
        action=f"/admin/{text}",
        hidden=((text, text),),
        shell=shell,
        kinds=tuple(LookupKey),
        purposes=tuple(Purpose),
        by=LookupKey.PHONE,
        purpose=Purpose.AUTHORITY,
        case=text,
        problems=tuple(
            pages.PersonProblem(field=name, rule=rule) for name, rule in zip(fields, PersonRule, strict=False)
        ),
        nobody=True,
        most_lookups=20,
    )


def _found_page(text: str, shell: AdminShell) -> pages.FoundPeoplePage:
    return pages.FoundPeoplePage(
        other_language_url=f"?x={text}",
        action=f"/admin/{text}",
        hidden=((text, text),),
        shell=shell,
        people=tuple(
            pages.FoundEntry(account_id=AccountId(f"{number:026}"), name=text, number=text, status=status)
            for number, status in enumerate((AccountStatus.OPEN, AccountStatus.LOCKED))
        ),
        ends_at=text,
        find_url=f"/admin/{text}",
    )


def _person_page(text: str, shell: AdminShell) -> pages.PersonPage:
    return pages.PersonPage(
        other_language_url=f"?x={text}",
        action=f"/admin/{text}",
        hidden=((text, text),),
        shell=shell,
        account_id=AccountId(text),
        name=text,
        number=text,
        phone=text,
        email=text,
        status=AccountStatus.LOCKED,
        locked_by="support",
        proof=ProofState.LAPSED,
        proved_at=text,
        created_at=text,
        two_steps=True,
        passkeys=2,
        has_authenticator_app=True,
        recovery_codes=7,
        upstream_links=1,
        phone_rests_until=text,
        wrong_passwords=3,
        next_try_at=text,
        sessions=4,
        last_sign_in_at=text,
        recovery=pages.RecoveryEntry(way=RecoveryMethod.WAITING, started_at=text, ready_at=text),
        purpose=Purpose.COMPLAINT,
        case=text,
        ends_at=text,
        find_url=f"/admin/{text}",
        forms=tuple(pages.ActForm(act=act, reasons=REASONS[act]) for act in Act),
        problems=(
            pages.PersonProblem(field="phone", rule=PersonRule.NOT_A_PHONE),
            pages.PersonProblem(field="reason-lock", rule=PersonRule.CHOOSE),
        ),
        done="nothing",
    )
