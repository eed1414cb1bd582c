"""What the pages of the console are given."""

from msgspec import Struct

from idp.admin.administrators.second_person import SecondPerson
from idp.admin.administrators.service import Administrators
from idp.admin.agencies.service import Agencies
from idp.admin.audit.administration import AuditAdministration
from idp.admin.clients.administration import ClientAdministration
from idp.admin.dynamic_registration.tokens import RegistrationTokens
from idp.admin.infrastructure.administration import Infrastructure
from idp.admin.metrics.service import SignInMetrics
from idp.admin.people.acts import PeopleActs
from idp.admin.settings.service import SettingChanges
from idp.client_trials.trials import Trials
from idp.officers.roles import RoleReader
from idp.recovery.assisted import AssistedRecovery
from idp.web.http.dependencies import WebDependencies


class AdminDependencies(Struct, frozen=True):
    """The use cases of administrators."""

    web: WebDependencies
    roles: RoleReader
    administrators: Administrators
    second_person: SecondPerson
    clients: ClientAdministration
    registration_tokens: RegistrationTokens
    agencies: Agencies
    audit: AuditAdministration
    infrastructure: Infrastructure
    people: PeopleActs
    settings: SettingChanges
    trials: Trials
    metrics: SignInMetrics
    recovery: AssistedRecovery
