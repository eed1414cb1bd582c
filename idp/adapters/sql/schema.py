"""The whole schema: every module of tables has filled the metadata once this one is imported."""

from idp.adapters.sql.tables import persons
from idp.adapters.sql.tables_acting import mandates
from idp.adapters.sql.tables_admin import admin_roles
from idp.adapters.sql.tables_agencies import agencies
from idp.adapters.sql.tables_arrivals import imports
from idp.adapters.sql.tables_audit import audit_checkpoints
from idp.adapters.sql.tables_changes import changes
from idp.adapters.sql.tables_checks import client_checks
from idp.adapters.sql.tables_citizens import factor_tries
from idp.adapters.sql.tables_counts import counts
from idp.adapters.sql.tables_health import health_marks
from idp.adapters.sql.tables_keys import signing_keys
from idp.adapters.sql.tables_logos import logos
from idp.adapters.sql.tables_quality import quality_counts
from idp.adapters.sql.tables_settings import national_settings

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
)
if any(table.metadata is not metadata for table in _MODULES):
    raise TypeError("some tables have a metadata of their own")
