"""What the pages of the console are given."""

from msgspec import Struct

from idp.accounts.roles import RoleReader
from idp.admin.administrators import Administrators
from idp.admin.agencies import Agencies
from idp.admin.audit_administration import AuditAdministration
from idp.admin.client_administration import ClientAdministration
from idp.admin.estate import Estate
from idp.admin.people_acts import PeopleActs
from idp.admin.second_person import SecondPerson
from idp.admin.setting_changes import SettingChanges


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
