"""The whole schema: every module of tables has filled the metadata once this one is imported."""

from idp.adapters.sql.administrators.tables import admin_roles
from idp.adapters.sql.agencies.tables import agencies
from idp.adapters.sql.audit.tables import audit_checkpoints
from idp.adapters.sql.changes.tables import changes
from idp.adapters.sql.clients.logo_tables import logos
from idp.adapters.sql.clients.tables import client_checks
from idp.adapters.sql.delegation.tables import mandates
from idp.adapters.sql.dynamic_registration.tables import initial_access_tokens
from idp.adapters.sql.grants.tables import device_requests
from idp.adapters.sql.imports.tables import imports
from idp.adapters.sql.infrastructure.tables import health_marks
from idp.adapters.sql.metrics.tables import quality_counts
from idp.adapters.sql.settings.tables import national_settings
from idp.adapters.sql.sign_in.tables import counts
from idp.adapters.sql.signing_keys.tables import signing_keys
from idp.adapters.sql.tables import persons
from idp.adapters.sql.tables_citizens import factor_tries

metadata = persons.metadata
_MODULES = (
    factor_tries,
    mandates,
    agencies,
    imports,
    audit_checkpoints,
    admin_roles,
    changes,
    counts,
    quality_counts,
    client_checks,
    national_settings,
    health_marks,
    signing_keys,
    logos,
    device_requests,
    initial_access_tokens,
)
if any(table.metadata is not metadata for table in _MODULES):
    raise TypeError("some tables have a metadata of their own")
