"""What an agency holds: checked before it ends, kept under the change that ends it, and given back by undoing."""

import orjson

from idp.adapters.sql.agencies.writes import document_in, in_document
from idp.adapters.sql.clients.reads import RAISE_VERSION, STAMP
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.agencies.effects import CheckHoldings, KeepHoldings, RestoreAgency, ReturnHoldings
from idp.agencies.tree import Period

# A client comes and goes under the registry's counter, whose row is held by then: nobody is between look and move.
_CHECK = """
    UPDATE agencies SET version = version WHERE code = :code
      AND (SELECT count(*) FROM clients WHERE agency = :code) = :clients
      AND NOT EXISTS (SELECT 1 FROM clients WHERE agency = :code AND client_id NOT IN ({names}))
      AND (SELECT count(*) FROM officers WHERE agency = :code AND withdrawn_at IS NULL) = :officers
      AND (SELECT count(*) FROM admin_roles WHERE agency = :code AND revoked_at IS NULL) = :roles
    RETURNING 1
"""
_CHECK_HOLDINGS = statement(
    _CHECK.format(names="SELECT value FROM json_each(:names)"),
    postgres=_CHECK.format(names="SELECT json_array_elements_text(CAST(:names AS json))"),
)
_KEEP = statement("""
    INSERT INTO agency_holdings (change_id, code, what, object_id)
    SELECT :change_id, :code, 'client', client_id FROM clients WHERE agency = :code
    UNION ALL SELECT DISTINCT :change_id, :code, 'resource', audience FROM clients
        WHERE resource_agency = :code AND audience IS NOT NULL
    UNION ALL SELECT :change_id, :code, 'officer', account_id FROM officers WHERE agency = :code
    UNION ALL SELECT :change_id, :code, 'role', grant_id FROM admin_roles WHERE agency = :code AND revoked_at IS NULL
""")
_HELD = """(
    SELECT h.object_id FROM agency_holdings h WHERE h.change_id = :change_id AND h.code = :code AND h.what = '{what}')
"""
_BACK = f"""
    UPDATE clients SET version = {STAMP}, agency = :code, document = {{document}}
    WHERE agency = :from_code AND client_id IN {_HELD.format(what="client")}
"""  # noqa: S608 (constants, here and below)
_SQLITE_DOCUMENT, _POSTGRES_DOCUMENT = document_in(":code")
_CLIENTS_BACK = statement(_BACK.format(document=_SQLITE_DOCUMENT), postgres=_BACK.format(document=_POSTGRES_DOCUMENT))
# Theirs and their guests'.
_RESOURCES_BACK = statement(f"""
    UPDATE clients SET version = {STAMP}, resource_agency = :code
    WHERE resource_agency = :from_code AND audience IN {_HELD.format(what="resource")}
""")  # noqa: S608
_OFFICERS_BACK = statement(
    f"UPDATE officers SET agency = :code WHERE agency = :from_code AND account_id IN {_HELD.format(what='officer')}"  # noqa: S608
)
_ROLES_BACK = statement(f"""
    UPDATE admin_roles SET agency = :code
    WHERE agency = :from_code AND revoked_at IS NULL AND grant_id IN {_HELD.format(what="role")}
""")  # noqa: S608
_CHANGES_BACK = statement(f"""
    UPDATE changes SET agency = :code
    WHERE agency = :from_code AND object_kind = 'client' AND object_id IN {_HELD.format(what="client")}
""")  # noqa: S608
_REOPEN = statement("""
    UPDATE agencies SET version = version + 1, closed_day = NULL WHERE code = :code AND version = :expected_version
    RETURNING 1
""")
_DROP_PERIODS = statement("DELETE FROM agency_periods WHERE code = :code")
_PERIODS = """
    INSERT INTO agency_periods (code, from_day, to_day, parent, name_vi, name_en)
    SELECT :code, {columns} FROM {rows}
"""
_NAMES = ("from_day", "to_day", "parent", "name_vi", "name_en")
_KEEP_PERIODS = statement(
    _PERIODS.format(
        columns=", ".join(f"json_extract(value, '$.{name}')" for name in _NAMES), rows="json_each(:rows) WHERE TRUE"
    ),
    postgres=_PERIODS.format(
        columns=", ".join(_NAMES),
        rows=f"json_to_recordset(CAST(:rows AS json)) AS r ({', '.join(f'{name} text' for name in _NAMES)})",
    ),
)


def _row(period: Period) -> dict[str, str | None]:
    return {
        "from_day": period.from_day.isoformat(),
        "to_day": period.to_day.isoformat() if period.to_day else None,
        "parent": period.parent,
        "name_vi": period.names.vi,
        "name_en": period.names.en,
    }


_RETURNS = _CLIENTS_BACK, _RESOURCES_BACK, _OFFICERS_BACK, _ROLES_BACK, _CHANGES_BACK
HOLDING_WRITES = dict(
    [
        write(
            CheckHoldings,
            RAISE_VERSION,
            _CHECK_HOLDINGS,
            names=lambda effect: orjson.dumps(effect.clients).decode(),
            clients=lambda effect: len(effect.clients),
            decides=1,
        ),
        write(KeepHoldings, _KEEP),
        write(
            ReturnHoldings,
            RAISE_VERSION,
            _CLIENTS_BACK,
            _RESOURCES_BACK,
            _OFFICERS_BACK,
            _ROLES_BACK,
            _CHANGES_BACK,
            updated_at=lambda effect: in_document(effect.at),
        ),
        write(
            RestoreAgency,
            _REOPEN,
            _DROP_PERIODS,
            _KEEP_PERIODS,
            expected_version="version",
            rows=lambda effect: orjson.dumps([_row(period) for period in effect.periods]).decode(),
        ),
    ]
)
