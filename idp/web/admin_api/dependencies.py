"""What the API is given: who lets in, what is called, and where answers are kept."""

from msgspec import Struct

from idp.admin.administrators.second_person import SecondPerson
from idp.admin.administrators.service import Administrators
from idp.admin.agencies.service import Agencies
from idp.admin.audit.administration import AuditAdministration
from idp.admin.changes.approvals import Approvals
from idp.admin.clients.directory import ClientDirectory
from idp.admin.clients.doctor import ClientDoctor
from idp.admin.clients.registrations import ClientRegistrations
from idp.admin.dynamic_registration.tokens import RegistrationTokens
from idp.admin.infrastructure.administration import Infrastructure
from idp.admin.metrics.service import SignInMetrics
from idp.admin.people.acts import PeopleActs
from idp.admin.settings.service import SettingChanges
from idp.client_trials.trials import Trials
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.web.admin_api.access import Access
from idp.web.admin_api.idempotency import IdempotencyStore
from idp.web.admin_api.operations.recovery_steps import RecoverySteps


class AdminApiDependencies(Struct, frozen=True):
    """Everything that operations call."""

    issuer: str
    clock: Clock
    ledger: Ledger
    access: Access
    audit: AuditAdministration
    answers: IdempotencyStore
    clients: ClientDirectory
    registrations: ClientRegistrations
    registration_tokens: RegistrationTokens
    trials: Trials
    approvals: Approvals
    doctor: ClientDoctor
    metrics: SignInMetrics
    agencies: Agencies
    administrators: Administrators
    second_person: SecondPerson
    infrastructure: Infrastructure
    people: PeopleActs
    recovery: RecoverySteps
    settings: SettingChanges
