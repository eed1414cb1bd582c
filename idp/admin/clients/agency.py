"""Whether the agencies that a client file names stand: who owns a client, and whose officers it takes."""

from collections.abc import Mapping, Sequence
from datetime import date

from clients.errors import Problem
from clients.model import Client
from idp.admin.clients.officer_agencies import officer_agency_problems
from idp.agencies.ports import AgencyReader
from idp.agencies.tree import Tree
from records.structs import replace

# Other organisations have codes of a scheme of their own (QĐ 20/2020/QĐ-TTg Đ6): a bank is no agency of the State.
_OTHERS = "Z"


async def agency_problems(reader: AgencyReader, clients: Sequence[Client], day: date) -> list[Problem]:
    """Return what is wrong on a day with the agencies of clients; nothing where no agency was ever founded."""
    tree = await reader.tree()
    if not tree.agencies:
        return []
    named = {client.agency for client in clients if client.agency is not None}
    closed = [code for code in named if (agency := tree.agencies.get(code)) is not None and agency.open is None]
    heirs = {code: await _heirs(reader, code) for code in closed}
    found = (_problem(client, tree, heirs) for client in clients)
    problems = [problem for problem in found if problem is not None]
    for client in clients:
        # A file says how everything shall be, so what is stored excuses no code of it.
        unknown = await officer_agency_problems(reader, client, day)
        problems += [replace(problem, field=f"{client.client_id}.{problem.field}") for problem in unknown]
    return problems


async def _heirs(reader: AgencyReader, code: str) -> Sequence[str]:
    """Return what came of a closed agency."""
    history = await reader.history(code)
    return [one.successor for one in history if one.code == code and one.successor not in {"", code}]


def _problem(client: Client, tree: Tree, heirs: Mapping[str, Sequence[str]]) -> Problem | None:
    code = client.agency
    if code is None or (code.startswith(_OTHERS) and client.sector == "other"):
        return None
    agency = tree.agencies.get(code)
    field = f"{client.client_id}.agency"
    if agency is None:
        reason = f"no agency has the code {code}"
        return Problem(field, "unknown-agency", reason, "correct it, or found the agency (idp agencies apply)")
    if agency.open is None:
        remedy = f"write {' or '.join(heirs[code])}, which came of it" if heirs[code] else "name one that stands"
        return Problem(field, "closed-agency", f"{code} was closed on {agency.closed_day}", remedy)
    return None
