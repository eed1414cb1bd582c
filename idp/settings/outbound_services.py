"""What administrators allow of the outbound services: registers in service, upstream providers offered."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from clients.document import Document
from clients.errors import Problem
from idp.settings.reading import Reading

# By the names that their lines bear; held by a test, since they are declared in a package above this one.
REGISTERS = ("population", "enterprise", "subscribers")
# Documents that were decided before a register was known say nothing of it: then it is in service.
_LATER = frozenset({"subscribers"})
# Below a second an honest register is cut off; above six a person who waits on a page gives up (proofing/policy.py).
SHORTEST, LONGEST = 1, 6
MOST_PROVIDERS = 10
ALL_IN_SERVICE: Document = {name: {"service": "in_service", "seconds": LONGEST} for name in REGISTERS}
ALL_OFFERED: Document = {"not_offered": []}


class RegisterService(Struct, frozen=True):
    """Whether a register is asked, and how long one question that somebody waits for may take."""

    in_service: bool = True
    budget: timedelta = timedelta(seconds=LONGEST)


class ServiceWord(StrEnum):
    """Whether a register is asked, as the document says it."""

    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"


_WHY_SECONDS = ("an honest register is cut off", "people give up before it answers")


def read_registers(document: Document) -> Mapping[str, RegisterService]:
    """Return what is allowed of each register. Raises `InvalidSettingError` with every problem."""
    reading = Reading()
    members = reading.members(document, "", REGISTERS)
    unsaid = {name: RegisterService() for name in _LATER - members.keys()}
    found = {name: unsaid.get(name) or _service(reading, members.get(name), name) for name in REGISTERS}
    reading.done()
    return found


def _service(reading: Reading, value: object, field: str) -> RegisterService:
    members = reading.members(value, field, ("service", "seconds"))
    word = reading.choice(members.get("service"), f"{field}.service", tuple(ServiceWord))
    seconds = reading.number(members.get("seconds"), f"{field}.seconds", SHORTEST, LONGEST, _WHY_SECONDS)
    return RegisterService(word == ServiceWord.IN_SERVICE, timedelta(seconds=seconds))


def without_register(document: Document, name: str) -> Document:
    """Return the document that takes a register out of service as well."""
    member = document.get(name)
    before: Document = member if isinstance(member, dict) else {}
    return {**document, name: {**before, "service": ServiceWord.OUT_OF_SERVICE.value}}


def read_upstreams(document: Document) -> frozenset[str]:
    """Return the ids of the providers that are not offered. Raises `InvalidSettingError` with every problem."""
    reading = Reading()
    members = reading.members(document, "", ("not_offered",))
    entries = reading.entries(members.get("not_offered"), "not_offered", MOST_PROVIDERS)
    found = [_provider(reading, one, f"not_offered.{place}") for place, one in enumerate(entries)]
    reading.unlike([one for one in found if one], "not_offered")
    reading.done()
    return frozenset(found)


def _provider(reading: Reading, value: object, field: str) -> str:
    # As the file of providers has it (upstream/providers_file.py).
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", value):
        return value
    reading.report(field, "identifier", "it is no id of a provider", "write the id that the file of providers has")
    return ""


def unknown_providers(document: Document, known: Collection[str]) -> Sequence[Problem]:
    """Return a problem for each id of a document that can be read and no provider has which runs here.

    Only for what is proposed: a document that stands goes on to stand when its provider is gone.
    """
    listed = document.get("not_offered")
    places = enumerate(listed if isinstance(listed, list) else ())
    remedy = f"write one of {', '.join(sorted(known))}" if known else "leave the list empty: no provider runs here"
    return [
        Problem(f"not_offered.{place}", "no-provider", "no upstream provider that runs here has this id", remedy)
        for place, one in places
        if one not in known
    ]


def without_provider(document: Document, provider_id: str) -> Document:
    """Return the document that does not offer a provider either."""
    listed = document.get("not_offered")
    before: list[object] = listed if isinstance(listed, list) else []
    return {**document, "not_offered": [*before, provider_id]}
