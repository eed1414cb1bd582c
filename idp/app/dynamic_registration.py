"""Dynamic registration, put together."""

from idp.admin.clients.key_set import KeySetCheck
from idp.admin.clients.logo import LogoFetch
from idp.admin.clients.sector_document import SectorCheck
from idp.admin.dynamic_registration.addresses import AddressChecks
from idp.admin.dynamic_registration.endpoint import Registering, RegistrationDesk
from idp.admin.dynamic_registration.management import Managing
from idp.admin.dynamic_registration.service import DynamicRegistration
from idp.admin.dynamic_registration.statements import Statements
from idp.admin.dynamic_registration.tokens import RegistrationTokens
from idp.app.admin.agency_lineage import StandingLineages
from idp.app.admin.clients import refreshing_ledger
from idp.app.foundation.opening import Foundation
from idp.app.foundation.registration_secrets import registration_secrets
from idp.audit.client_refusals import RefusalTally
from idp.kernel.key_purposes import KeyPurpose
from idp.protocol.endpoints import REGISTRATION
from idp.protocol.provider import Provider


def compose_registration_tokens(foundation: Foundation) -> RegistrationTokens:
    """Return the use cases of whoever lets others register."""
    database = foundation.database
    return RegistrationTokens(
        database.registrations,
        database.ledger,
        StandingLineages(database.agencies),
        foundation.clock,
        registration_secrets(foundation),
    )


def compose_dynamic_registration(
    foundation: Foundation, provider: Provider, refusals: RefusalTally
) -> DynamicRegistration:
    """Return the endpoints."""
    database, caller = foundation.database, foundation.caller
    desk = RegistrationDesk(
        address=f"{provider.issuer}{REGISTRATION}",
        reader=database.registrations,
        ledger=refreshing_ledger(foundation),
        lineages=StandingLineages(database.agencies),
        clock=foundation.clock,
        secrets=registration_secrets(foundation),
        statements=Statements(database.registrations, provider.issuer, provider.policy.clock_skew),
        addresses=AddressChecks(KeySetCheck(caller), LogoFetch(caller), SectorCheck(caller)),
        pepper=foundation.root_key.raw(KeyPurpose.CLIENT_SECRETS),
    )
    return DynamicRegistration(Registering(desk), Managing(desk, database.clients), refusals)
