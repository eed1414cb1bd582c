"""The agencies whose officers a client takes: looked up when they are named."""

from datetime import date

from clients.errors import Problem
from clients.model import EVERY_AGENCY, Client
from idp.agencies.ports import AgencyLineages


async def officer_agency_problems(
    lineages: AgencyLineages, wanted: Client, day: date, known: Client | None = None
) -> list[Problem]:
    """Return a problem for each code in `officer_agencies` that no agency has on a day.

    Not for a code that the stored client, `known`, names already: it takes nobody, and hinders no other change.
    """
    stored = known.officer_agencies if known else ()
    named = [code for code in wanted.officer_agencies if code not in {EVERY_AGENCY, *stored}]
    return [_unknown(code) for code in named if not await lineages.lineage(code, day)]


def _unknown(code: str) -> Problem:
    return Problem("officer_agencies", "unknown-agency", f"{code} is no agency today", "name one that stands")
