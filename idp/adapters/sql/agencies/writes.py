"""How the tree of agencies is changed, and how what belongs to an agency goes to another."""

from datetime import datetime

import msgspec
import orjson

from idp.adapters.sql.agencies import tables as tables_agencies
from idp.adapters.sql.clients.reads import RAISE_VERSION, STAMP
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.agencies.effects import (
    BeginPeriod,
    ClaimTree,
    CloseAgency,
    FoundAgency,
    KeepSuccession,
    MoveBelongings,
    MoveClient,
)
from idp.agencies.search import search_keys

_CLAIM_TREE = statement("""
    UPDATE change_counters SET version = version + 1 WHERE topic = 'agencies' AND version = :expected_version
    RETURNING 1
""")
_FOUND = statement("""
    INSERT INTO agencies (code, kind, version, founded_day) VALUES (:code, :kind, 1, :from_day)
    ON CONFLICT DO NOTHING
    RETURNING 1
""")
_TOUCH = statement("UPDATE agencies SET version = version + 1 WHERE code = :code AND closed_day IS NULL RETURNING 1")
_CLOSE = statement("""
    UPDATE agencies SET version = version + 1, closed_day = :from_day WHERE code = :code AND closed_day IS NULL
    RETURNING 1
""")
# What began on the very day never came to hold.
_DROP_OF_DAY = statement("DELETE FROM agency_periods WHERE code = :code AND to_day IS NULL AND from_day = :from_day")
_END = statement("UPDATE agency_periods SET to_day = :from_day WHERE code = :code AND to_day IS NULL")
_BEGIN = insert_into(tables_agencies.agency_periods, leaving_out=frozenset({"to_day"}))
_KEYS = """
    INSERT INTO agency_search_keys (search_key, code) SELECT {value}, :code {source} ON CONFLICT DO NOTHING
"""
_ADD_KEYS = statement(
    _KEYS.format(value="value", source="FROM json_each(:search_keys) WHERE TRUE"),
    postgres=_KEYS.format(value="json_array_elements_text(CAST(:search_keys AS json))", source=""),
)

# The document holds the rest of a client, and these two members once more.
_MOVE = """
    UPDATE clients SET version = {stamp}, agency = :to_code, document = {document} WHERE agency = :code
"""


def document_in(agency: str) -> tuple[str, str]:
    """Return the expression for a client's document with the parameter's code in it, for SQLite and for PostgreSQL."""
    return (
        f"CAST(json_set(CAST(document AS TEXT), '$.agency', {agency}, '$.updated_at', :updated_at) AS BLOB)",
        f"""convert_to(CAST(CAST(convert_from(document, 'UTF8') AS jsonb)
    || jsonb_build_object('agency', {agency}, 'updated_at', :updated_at) AS text), 'UTF8')""",
    )


_SQLITE, _POSTGRES = document_in(":to_code")
_SQLITE_MOVE, _POSTGRES_MOVE = (_MOVE.format(stamp=STAMP, document=document) for document in (_SQLITE, _POSTGRES))
_ONE = "AND client_id = :client_id RETURNING 1"
_MOVE_CLIENTS = statement(_SQLITE_MOVE, postgres=_POSTGRES_MOVE)
_MOVE_CLIENT = statement(f"{_SQLITE_MOVE} {_ONE}", postgres=f"{_POSTGRES_MOVE} {_ONE}")
_MOVE_OFFICERS = statement("UPDATE officers SET agency = :to_code WHERE agency = :code")
# Revoked ones stay with the agency that they were held for, as history.
_MOVE_ROLES = statement("UPDATE admin_roles SET agency = :to_code WHERE agency = :code AND revoked_at IS NULL")
# What the agency's servers are shown goes with them; others that have the resource by its word are told anew.
_MOVE_RESOURCES = statement(f"""
    UPDATE clients SET version = {STAMP}, resource_agency = :to_code WHERE resource_agency = :code
""")  # noqa: S608 (a constant)
# With the last of the agency's clients that has it.
_MOVE_RESOURCE = statement(f"""
    UPDATE clients SET version = {STAMP}, resource_agency = :to_code
    WHERE resource_agency = :code AND audience = (SELECT m.audience FROM clients m WHERE m.client_id = :client_id)
      AND NOT EXISTS (SELECT 1 FROM clients o WHERE o.agency = :code AND o.audience = clients.audience)
""")  # noqa: S608 (a constant)
# What was proposed, and what was done, goes with the clients that it was about; nothing of it names the agency's code.
_MOVE_CHANGES = statement("UPDATE changes SET agency = :to_code WHERE agency = :code")
_MOVE_ASKED = statement("UPDATE changes SET asked_agency = :to_code WHERE asked_agency = :code")
_MOVE_CHANGES_OF = statement("""
    UPDATE changes SET agency = :to_code WHERE object_kind = 'client' AND object_id = :client_id AND agency = :code
""")


def in_document(at: datetime) -> str:
    """Return an instant as msgspec writes it into the document."""
    return str(msgspec.to_builtins(at))


def _search_keys(effect: FoundAgency | BeginPeriod) -> str:
    return orjson.dumps(sorted(search_keys((effect.code, effect.names.vi, effect.names.en)))).decode()


AGENCY_WRITES = dict(
    [
        write(ClaimTree, _CLAIM_TREE, expected_version="version"),
        write(
            FoundAgency,
            _FOUND,
            _BEGIN,
            _ADD_KEYS,
            from_day="day",
            name_vi="names.vi",
            name_en="names.en",
            search_keys=_search_keys,
        ),
        write(
            BeginPeriod,
            _TOUCH,
            _DROP_OF_DAY,
            _END,
            _BEGIN,
            _ADD_KEYS,
            from_day="day",
            name_vi="names.vi",
            name_en="names.en",
            search_keys=_search_keys,
        ),
        write(CloseAgency, _CLOSE, _DROP_OF_DAY, _END, from_day="day"),
        write(
            KeepSuccession, insert_into(tables_agencies.agency_successions), of="succession", entered_by="succession.by"
        ),
        # The counter's row first: whoever saves a client waits for it, or has been seen.
        write(
            MoveBelongings,
            RAISE_VERSION,
            _MOVE_CLIENTS,
            _MOVE_RESOURCES,
            _MOVE_OFFICERS,
            _MOVE_ROLES,
            _MOVE_CHANGES,
            _MOVE_ASKED,
            updated_at=lambda effect: in_document(effect.at),
        ),
        write(
            MoveClient,
            RAISE_VERSION,
            _MOVE_CLIENT,
            _MOVE_RESOURCE,
            _MOVE_CHANGES_OF,
            updated_at=lambda effect: in_document(effect.at),
            decides=1,
        ),
    ]
)
