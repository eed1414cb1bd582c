"""Which clients name an agency among those whose officers they take, and how what they name is rewritten."""

import orjson

from idp.adapters.sql.agencies.writes import in_document
from idp.adapters.sql.clients.reads import RAISE_VERSION, STAMP
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.agencies.effects import CheckOfficerLists, NameOfficerAgencies

_SQLITE_LIST = "json_extract(CAST(c.document AS TEXT), '$.officer_agencies')"
_POSTGRES_LIST = "CAST(convert_from(c.document, 'UTF8') AS jsonb) -> 'officer_agencies'"
_SQLITE_NAMES = """EXISTS (
    SELECT 1 FROM json_each(CAST(c.document AS TEXT), '$.officer_agencies') o
    WHERE o.value IN (SELECT value FROM json_each(:within)))
"""
_POSTGRES_NAMES = f"""EXISTS (
    SELECT 1 FROM jsonb_array_elements_text(COALESCE({_POSTGRES_LIST}, CAST('[]' AS jsonb))) AS o(code)
    WHERE o.code IN (SELECT json_array_elements_text(CAST(:within AS json))))
"""  # noqa: S608 (constants, here and below)
OFFICER_LISTS = statement(
    f"SELECT c.client_id, {_SQLITE_LIST} FROM clients c WHERE {_SQLITE_NAMES}",  # noqa: S608
    postgres=f"SELECT c.client_id, CAST({_POSTGRES_LIST} AS text) FROM clients c WHERE {_POSTGRES_NAMES}",  # noqa: S608
)
# A client is saved under the registry's counter, whose row is held by then: nobody is between look and write.
_CHECK = """
    UPDATE change_counters SET version = version WHERE topic = 'clients' AND NOT EXISTS (
        SELECT 1 FROM clients c WHERE {names} AND c.client_id NOT IN ({known}))
    RETURNING 1
"""
_CHECK_LISTS = statement(
    _CHECK.format(names=_SQLITE_NAMES, known="SELECT value FROM json_each(:names)"),
    postgres=_CHECK.format(names=_POSTGRES_NAMES, known="SELECT json_array_elements_text(CAST(:names AS json))"),
)
_NAME = """
    UPDATE clients AS c SET version = {stamp}, document = {document}
    WHERE c.client_id = :client_id AND {known} RETURNING 1
"""
_NAME_AGENCIES = statement(
    _NAME.format(
        stamp=STAMP,
        document="""CAST(json_set(CAST(c.document AS TEXT), '$.officer_agencies', json(:after),
            '$.updated_at', :updated_at) AS BLOB)""",
        known=f"{_SQLITE_LIST} = json(:before)",
    ),
    postgres=_NAME.format(
        stamp=STAMP,
        document="""convert_to(CAST(CAST(convert_from(c.document, 'UTF8') AS jsonb) || jsonb_build_object(
            'officer_agencies', CAST(:after AS jsonb), 'updated_at', CAST(:updated_at AS text)) AS text), 'UTF8')""",
        known=f"{_POSTGRES_LIST} = CAST(:before AS jsonb)",
    ),
)


OFFICER_LIST_WRITES = dict(
    [
        write(
            CheckOfficerLists,
            RAISE_VERSION,
            _CHECK_LISTS,
            within=lambda effect: orjson.dumps(effect.codes).decode(),
            names=lambda effect: orjson.dumps(effect.clients).decode(),
            decides=1,
        ),
        write(
            NameOfficerAgencies,
            RAISE_VERSION,
            _NAME_AGENCIES,
            before=lambda effect: orjson.dumps(effect.known).decode(),
            after=lambda effect: orjson.dumps(effect.wanted).decode(),
            updated_at=lambda effect: in_document(effect.at),
            decides=1,
        ),
    ]
)
