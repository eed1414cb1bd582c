"""Everything that administrators do to clients, as the console and the API are given it."""

from msgspec import Struct

from idp.admin.changes.approvals import Approvals
from idp.admin.clients.directory import ClientDirectory
from idp.admin.clients.doctor import ClientDoctor
from idp.admin.clients.registrations import ClientRegistrations


class ClientAdministration(Struct, frozen=True):
    """The use cases over clients and their changes."""

    directory: ClientDirectory
    registrations: ClientRegistrations
    approvals: Approvals
    doctor: ClientDoctor
