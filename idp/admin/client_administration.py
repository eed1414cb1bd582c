"""Everything that administrators do to clients, in one hand: what the console and the API are both given."""

from dataclasses import dataclass

from idp.admin.approvals import Approvals
from idp.admin.client_directory import ClientDirectory
from idp.admin.client_doctor import ClientDoctor
from idp.admin.clients import ClientRegistrations


@dataclass(frozen=True, slots=True)
class ClientAdministration:
    """The use cases over clients and their changes."""

    directory: ClientDirectory
    registrations: ClientRegistrations
    approvals: Approvals
    doctor: ClientDoctor
