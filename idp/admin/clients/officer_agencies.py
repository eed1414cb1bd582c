"""The agencies that a client names: whose officers it takes, where a program may act. Looked up when they are named."""

from datetime import date

from clients.errors import Problem
from clients.model import EVERY_AGENCY, Client
from clients.services.programs import named_agencies
from idp.agencies.ports import AgencyLineages


async def officer_agency_problems(
    lineages: AgencyLineages, wanted: Client, day: date, known: Client | None = None
) -> list[Problem]:
    """Return a problem for each code in `officer_agencies` and `administration_roles` that no agency has on a day.

    Not for a code that the stored client, `known`, names already: it takes nobody, and hinders no other change.
    """
    stored = known.officer_agencies if known else ()
    named = [("officer_agencies", code) for code in wanted.officer_agencies if code not in {EVERY_AGENCY, *stored}]
    held = named_agencies(known) if known else frozenset()
    named += [("administration_roles", code) for code in sorted(named_agencies(wanted) - held)]
    return [_unknown(field, code) for field, code in named if not await lineages.lineage(code, day)]


def _unknown(field: str, code: str) -> Problem:
    return Problem(field, "unknown-agency", f"{code} is no agency today", "name one that stands")
