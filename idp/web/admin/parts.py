"""What the pages of the console are given."""

from msgspec import Struct

from idp.admin.administrators.second_person import SecondPerson
from idp.admin.administrators.service import Administrators
from idp.admin.agencies.service import Agencies
from idp.admin.audit.administration import AuditAdministration
from idp.admin.clients.administration import ClientAdministration
from idp.admin.infrastructure.administration import Estate
from idp.admin.people.acts import PeopleActs
from idp.admin.settings.service import SettingChanges
from idp.officers.roles import RoleReader


class AdminParts(Struct, frozen=True):
    """The use cases of administrators."""

    roles: RoleReader
    administrators: Administrators
    second_person: SecondPerson
    clients: ClientAdministration
    agencies: Agencies
    audit: AuditAdministration
    estate: Estate
    people: PeopleActs
    settings: SettingChanges
