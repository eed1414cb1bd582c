"""The pages of organisations and of acting for others, with data in every field."""

from idp.delegation.guardians.service import WardResult
from idp.delegation.model import ALL_POWERS, MandateKind, Power
from idp.delegation.organisations.claims import ClaimResult
from idp.kernel.ids import MandateId
from idp.proofing.registers.enterprise_model import EnterpriseState
from idp.web.delegation import pages
from idp.web.http.page import Page
from idp.web.http.texts import Message
from tests.unit.web_pages.samples.account import AT, receipt, shell


def entry(text: str, number: int, state: pages.MandateState = "stands") -> pages.MandateEntry:
    """Return a delegation with all powers."""
    return pages.MandateEntry(
        number=number,
        id=MandateId("m" * 26),
        kind=MandateKind.DELEGATE,
        principal=text,
        code=text,
        actor=text,
        actor_number=text,
        giver=text,
        powers=tuple(Power),
        state=state,
        ends_at=AT,
        ended_at=AT if state == "ended" else "",
        later=(Power.SIGN,) if state == "stands" else (),
        later_at=AT if state == "stands" else "",
        people_url=f"/people/{text}" if state == "stands" else "",
    )


def mandates_page(text: str) -> pages.MandatesPage:
    """Return one mandate of each part, one of them ended."""
    return pages.MandatesPage(
        other_language_url=f"?x={text}",
        action=f"/mandates/{text}",
        hidden=((text, text),),
        shell=shell(text, "mandates"),
        offered=(entry(text, 1, "offered"),),
        to_confirm=(entry(text, 1, "suspended"),),
        claimed=(entry(text, 1),),
        held=(entry(text, 1), entry(text, 2, "ended"), entry(text, 3, "lowered"), entry(text, 4, "rests")),
        given=(entry(text, 1),),
        done="gone",
    )


def people_page(text: str) -> pages.ActingPeoplePage:
    """Return a page in the middle of a tree."""
    return pages.ActingPeoplePage(
        other_language_url=f"?x={text}",
        action=f"/mandates/{text}",
        hidden=((text, text),),
        shell=shell(text, "mandates"),
        principal=text,
        people=(
            pages.ActingPersonEntry(mandate=entry(text, 1), depth=0, may_end=False),
            pages.ActingPersonEntry(mandate=entry(text, 2, "offered"), depth=1, may_end=True),
        ),
        page=2,
        pages=3,
        previous_url=f"/people/{text}",
        next_url=f"/people/{text}",
    )


def give_page(text: str) -> pages.GivePage:
    """Return a form with every entry wrong."""
    return pages.GivePage(
        other_language_url=f"?x={text}",
        action=f"/give/{text}",
        hidden=((text, text),),
        shell=shell(text, "mandates"),
        sources=(
            pages.Source(value="m" * 26, name=text, kind=MandateKind.REPRESENTATIVE, chosen=True),
            pages.Source(value="", name=text, kind=None, chosen=False),
        ),
        number=text,
        name=text,
        powers=ALL_POWERS,
        until="2027-11-24",
        first_day="2026-11-24",
        last_day="2027-11-24",
        errors=(
            ("under", Message("mandate_gone")),
            ("number", Message("give_oneself")),
            ("name", Message("name_empty")),
            ("power-view", Message("give_exceeds")),
            ("until", Message("give_too_long")),
        ),
    )


def organisations_page(text: str) -> pages.OrganisationsPage:
    """Return one organisation whose representative changed, one claim that waits, one receipt."""
    return pages.OrganisationsPage(
        other_language_url=f"?x={text}",
        shell=shell(text, "organisations"),
        organisations=(
            pages.OrganisationEntry(name=text, code=text, status=EnterpriseState.PAUSED, suspended=True, since=AT),
            pages.OrganisationEntry(
                name=text,
                code=text,
                status=EnterpriseState.ACTIVE,
                suspended=False,
                since=AT,
                later_at=AT,
                silence="lowered",
            ),
        ),
        waiting=(pages.WaitingEntry(name=text, code=text, attempts=3, next_try=AT),),
        receipts=(receipt(text),),
        may_claim=True,
        done="waiting",
    )


def claim_page(text: str) -> pages.ClaimPage:
    """Return a claim with both entries wrong and the last one refused."""
    return pages.ClaimPage(
        other_language_url=f"?x={text}",
        action=f"/claim/{text}",
        hidden=((text, text),),
        shell=shell(text, "organisations"),
        code=text,
        name=text,
        errors=(("code", Message("code_never_issued")), ("name", Message("name_empty"))),
        refused=ClaimResult.DIFFERENT,
    )


def ward_page(text: str) -> pages.WardPage:
    """Return a claim with every entry wrong and the last one refused."""
    return pages.WardPage(
        other_language_url=f"?x={text}",
        action=f"/ward/{text}",
        hidden=((text, text),),
        shell=shell(text, "mandates"),
        number=text,
        name=text,
        birth_date=text,
        errors=(
            ("number", Message("number_format")),
            ("name", Message("name_empty")),
            ("birth_date", Message("birth_date_invalid")),
        ),
        refused=WardResult.DIFFERENT,
    )


def mandate_pages(text: str) -> list[Page]:
    """Return one page of each kind."""
    return [
        mandates_page(text),
        people_page(text),
        give_page(text),
        organisations_page(text),
        claim_page(text),
        ward_page(text),
    ]
