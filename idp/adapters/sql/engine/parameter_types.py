"""PostgreSQL's type of every parameter, by name: a parameter is named like the column it meets.

Said aloud in every statement, since the server would otherwise guess from the first place a parameter appears in.
"""

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary

from idp.adapters.sql.schema import metadata

_KINDS = ((BigInteger, "bigint"), (Integer, "int"), (LargeBinary, "bytea"), (Boolean, "boolean"))


def _of_columns() -> dict[str, str]:
    types: dict[str, str] = {}
    for column in (column for table in metadata.tables.values() for column in table.columns):
        kind = next((name for known, name in _KINDS if isinstance(column.type, known)), "text")
        if types.setdefault(column.name, kind) != kind:
            raise TypeError(f"columns named {column.name} have several types")
    return types


PARAMETER_TYPES = _of_columns() | {
    "actor": "text",
    "after": "text",
    "after_id": "text",
    "agencies": "text",
    "previous": "text",
    "purposes": "text",
    "accepted": "bigint",
    "asked_ids": "text",
    "asking_session_id": "text",
    "before": "text",
    "before_id": "text",
    "confirmed_by": "text",
    "above": "bigint",
    "below": "bigint",
    "before_at": "bigint",
    "before_bytes": "bigint",
    "clients": "bigint",
    "officers": "bigint",
    "roles": "bigint",
    "from_code": "text",
    "before_wrapped": "bytea",
    "newest_prefix": "bytea",
    "prefix_bytes": "int",
    "sealed_before": "bytea",
    "sealed_after": "bytea",
    "count_accepted": "bigint",
    "count_ended": "bigint",
    "count_contacts": "bigint",
    "count_numbers": "bigint",
    "count_found": "bigint",
    "count_suspended": "bigint",
    "displaced": "text",
    "ended": "text",
    "ended_ids": "text",
    "expected_entries": "bigint",
    "expected_read_to": "bigint",
    "expected_version": "bigint",
    "first": "text",
    "first_day": "bigint",
    "last_day": "bigint",
    "from_id": "text",
    "given_ids": "text",
    "held_ids": "text",
    "kinds": "text",
    "helped_ids": "text",
    "issued_at": "bigint",
    "keys": "text",
    "limit": "int",
    "scan": "int",
    "merged_at": "bigint",
    "most": "int",
    "moved_ids": "text",
    "now": "bigint",
    "number_index": "bytea",
    "number_sealed": "bytea",
    "old_index": "bytea",
    "phone_index": "bytea",
    "phone_sealed": "bytea",
    "wants_alarms": "boolean",
    "wants_codes": "boolean",
    "wants_passkeys": "boolean",
    "wants_totp": "boolean",
    "names": "text",
    "place": "bigint",
    "places": "text",
    "presented_hash": "bytea",
    "profile_before": "bytea",
    "previous_secret_hash": "bytea",
    "renewed": "text",
    "search_keys": "text",
    "to_account_id": "text",
    "to_code": "text",
    "to_person_id": "text",
    "sectors": "text",
    "rows": "text",
    "start": "bigint",
    "stop": "bigint",
    "since": "bigint",
    "to_id": "text",
    "under": "text",
    "until": "bigint",
    "until_key": "text",
    "updated_at": "text",
    "within": "text",
}
