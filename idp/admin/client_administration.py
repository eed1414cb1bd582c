"""Everything that administrators do to clients, in one hand: what the console and the API are both given."""

from msgspec import Struct

from idp.admin.approvals import Approvals
from idp.admin.client_directory import ClientDirectory
from idp.admin.client_doctor import ClientDoctor
from idp.admin.clients import ClientRegistrations


class ClientAdministration(Struct, frozen=True):
    """The use cases over clients and their changes."""

    directory: ClientDirectory
    registrations: ClientRegistrations
    approvals: Approvals
    doctor: ClientDoctor
