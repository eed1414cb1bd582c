"""Whether the agency that a client file names may own a client."""

from collections.abc import Iterable, Mapping, Sequence

from clients.errors import Problem
from clients.model import Client
from idp.accounts.agency_ports import AgencyReader
from idp.accounts.agency_tree import Tree

# Other organisations have codes of a scheme of their own (QĐ 20/2020/QĐ-TTg Đ6): a bank is no agency of the State.
_OTHERS = "Z"


async def agency_problems(reader: AgencyReader, clients: Iterable[Client]) -> list[Problem]:
    """Return what is wrong with the agencies of clients; nothing where no agency was ever founded."""
    tree = await reader.tree()
    named = {client.agency for client in clients if client.agency is not None}
    closed = [code for code in named if (agency := tree.agencies.get(code)) is not None and agency.open is None]
    heirs = {code: await _heirs(reader, code) for code in closed}
    found = (_problem(client, tree, heirs) for client in clients)
    return [problem for problem in found if problem is not None] if tree.agencies else []


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
