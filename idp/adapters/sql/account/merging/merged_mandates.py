"""How the mandates of two persons become those of one, and go back: a few statements, however many mandates.

What changes is named by ids in JSON. All mandates of every principal concerned are held first, as whoever ends one of
them does.
"""

from collections.abc import Mapping, Sequence

import msgspec

from idp.account.merging.model import JoinMandates, PartMandates
from idp.adapters.sql.account.merging.reads import OF_BOTH
from idp.adapters.sql.delegation.trees import let_go
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.statements import Statement, statement
from idp.adapters.sql.engine.writes import write

# Why the other of two mandates ended: the accounts, and what both said, are one.
JOINED = "account_merged"


def _ids(name: str) -> tuple[str, str]:
    """Return a select of the ids in a JSON list, for SQLite and for PostgreSQL."""
    return f"(SELECT value FROM json_each(:{name}))", f"(SELECT json_array_elements_text(CAST(:{name} AS json)))"  # noqa: S608


def _records(name: str, *columns: str) -> tuple[str, str]:
    """Return a list of JSON objects as a table, for SQLite and for PostgreSQL."""
    extracted = ", ".join(f"json_extract(value, '$.{column}') AS {column}" for column in columns)
    typed = ", ".join(f"{column} text" for column in columns)
    return (
        f"(SELECT {extracted} FROM json_each(:{name})) r",  # noqa: S608
        f"json_to_recordset(CAST(:{name} AS json)) AS r ({typed})",
    )


_SOURCES = {
    "{ended}": _records("ended", "id", "cover"),
    "{ended_ids}": _ids("ended_ids"),
    "{under}": _records("under", "id", "before", "after"),
    "{held_ids}": _ids("held_ids"),
    "{given_ids}": _ids("given_ids"),
    "{helped_ids}": _ids("helped_ids"),
    "{moved_ids}": _ids("moved_ids"),
    "{asked_ids}": _ids("asked_ids"),
}


def _filled(sql: str) -> tuple[str, str]:
    ours = theirs = sql
    for place, (sqlite, postgres) in _SOURCES.items():
        ours, theirs = ours.replace(place, sqlite), theirs.replace(place, postgres)
    return ours, theirs


def _statement(sql: str) -> Statement:
    ours, theirs = _filled(sql)
    return statement(ours, postgres=theirs)


_HOLD = statement(
    "SELECT 1",
    postgres="""
        SELECT 1 FROM mandates
        WHERE ended_at IS NULL AND principal_id IN (
            SELECT principal_id FROM mandates
            WHERE principal_id IN (:person_id, :merged_person_id) OR actor_id IN (:person_id, :merged_person_id)
               OR giver_id IN (:person_id, :merged_person_id))
        ORDER BY mandate_id FOR UPDATE
    """,
)
_AS_COUNTED = statement(f"""
    SELECT 1 FROM (
        SELECT COUNT(*) AS found, COUNT(m.accepted_at) AS accepted, COUNT(m.ended_at) AS ended,
               COUNT(m.suspended_at) AS suspended
        FROM mandates m WHERE {OF_BOTH}) n
    WHERE n.found = :count_found AND n.accepted = :count_accepted AND n.ended = :count_ended
      AND n.suspended = :count_suspended
""")  # noqa: S608 (constants of ours, here and below)
_END = _statement("""
    UPDATE mandates SET ended_at = :at, end_reason = :reason
    WHERE mandate_id IN {ended_ids} AND ended_at IS NULL
""")
_HANG = _statement("""
    UPDATE mandates SET given_under = r.after FROM {under} WHERE mandates.mandate_id = r.id
""")
_MOVE = statement("""
    UPDATE mandates
    SET principal_id = CASE WHEN principal_id = :merged_person_id THEN :person_id ELSE principal_id END,
        actor_id = CASE WHEN actor_id = :merged_person_id THEN :person_id ELSE actor_id END,
        giver_id = CASE WHEN giver_id = :merged_person_id THEN :person_id ELSE giver_id END
    WHERE principal_id = :merged_person_id OR actor_id = :merged_person_id OR giver_id = :merged_person_id
""")
# A code under way bears whom the helper acted for before.
_STOP_CODES = _statement("""
    UPDATE sessions SET codes_since = :at
    WHERE person_id IN (SELECT actor_id FROM mandates WHERE mandate_id IN {asked_ids})
      AND ended_at IS NULL AND codes_since < :at
""")
_ASKED = _filled("WITH tree (id) AS {asked_ids}")

_HOLD_ACCOUNTS = statement(
    "SELECT 1",
    postgres="""
        SELECT 1 FROM accounts
        WHERE person_id IN (:person_id, :merged_person_id) AND account_id IN (:account_id, :merged_account_id)
        ORDER BY account_id FOR UPDATE
    """,
)
# Not what was given up since: one that says the same would have ended then, or the one between both had its time.
_BY_MERGE = f"ended_at = :merged_at AND {{0}}.end_reason = '{JOINED}'"
_REOPEN = _statement(f"""
    UPDATE mandates SET ended_at = NULL, end_reason = NULL FROM {{ended}}
    WHERE mandates.mandate_id = r.id AND mandates.{_BY_MERGE.format("mandates")}
      AND (r.cover = '' OR EXISTS (SELECT 1 FROM mandates c WHERE c.mandate_id = r.cover AND c.ended_at IS NULL))
      AND NOT EXISTS (
        SELECT 1 FROM mandates p
        WHERE p.mandate_id = mandates.given_under AND p.ended_at IS NOT NULL AND NOT (p.{_BY_MERGE.format("p")}))
      AND EXISTS (
        SELECT 1 FROM accounts a
        WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status <> 'closed')
""")  # noqa: S608
_HANG_BACK = _statement("""
    UPDATE mandates SET given_under = r.before FROM {under}
    WHERE mandates.mandate_id = r.id AND mandates.given_under = r.after
      AND EXISTS (SELECT 1 FROM mandates p WHERE p.mandate_id = r.before AND p.ended_at IS NULL)
""")
_MOVE_BACK = _statement("""
    UPDATE mandates
    SET principal_id = CASE WHEN principal_id = :person_id AND mandate_id IN {helped_ids}
                            THEN :merged_person_id ELSE principal_id END,
        actor_id = CASE WHEN actor_id = :person_id AND mandate_id IN {held_ids}
                        THEN :merged_person_id ELSE actor_id END,
        giver_id = CASE WHEN giver_id = :person_id AND mandate_id IN {given_ids}
                        THEN :merged_person_id ELSE giver_id END
    WHERE mandate_id IN {moved_ids}
""")
# What the one that stays gave under a right that went back, and what came back under one that is over: nobody holds
# more than the one above.
_ORPHANS = """
    WITH RECURSIVE orphans (id) AS (
        SELECT id FROM (
            SELECT m.mandate_id AS id FROM mandates m JOIN mandates p ON p.mandate_id = m.given_under
            WHERE p.mandate_id IN {held_ids} AND m.giver_id = :person_id AND p.actor_id = :merged_person_id
            UNION
            SELECT m.mandate_id AS id FROM mandates m JOIN mandates p ON p.mandate_id = m.given_under
            WHERE m.mandate_id IN {ended_ids} AND p.ended_at IS NOT NULL) tops
        UNION
        SELECT m.mandate_id FROM mandates m JOIN orphans ON m.given_under = orphans.id)
"""
_END_ORPHANS = _statement(f"""
    {_ORPHANS}
    UPDATE mandates SET ended_at = :at, end_reason = :reason
    WHERE mandate_id IN (SELECT id FROM orphans) AND ended_at IS NULL
""")  # noqa: S608
_BACK = _filled(_ORPHANS.rstrip() + ", tree (id) AS (SELECT id FROM orphans UNION SELECT * FROM {asked_ids} asked)")  # noqa: S608


def _under(effect: JoinMandates | PartMandates) -> str:
    under = effect.before.under.items()
    return _json([{"id": one, "before": above, "after": then} for one, (above, then) in under])


def _ended(effect: PartMandates) -> str:
    return _json([{"id": one, "cover": cover} for one, cover in effect.before.ended.items()])


def _ended_ids(effect: JoinMandates | PartMandates) -> str:
    return _json(list(effect.before.ended))


# Whoever acts for the one whose mandates changed hands must be asked for whom.
def _asked_ids(effect: JoinMandates | PartMandates) -> str:
    return _json(sorted({*effect.before.helped, *effect.before.ended}))


def _moved_ids(effect: PartMandates) -> str:
    before = effect.before
    return _json(sorted({*before.mandates, *before.given, *before.helped}))


def _json(value: Sequence[str] | Sequence[Mapping[str, str | None]]) -> str:
    return msgspec.json.encode(value).decode()


MERGED_MANDATE_WRITES = dict(
    [
        write(
            JoinMandates,
            _HOLD,
            _AS_COUNTED,
            _END,
            _HANG,
            _MOVE,
            _STOP_CODES,
            *let_go(_ASKED[0], "'joined'", postgres=_ASKED[1]),
            of="merge",
            reason=Fixed(JOINED),
            count_found="counts.found",
            count_accepted="counts.accepted",
            count_ended="counts.ended",
            count_suspended="counts.suspended",
            under=_under,
            ended_ids=_ended_ids,
            asked_ids=_asked_ids,
            decides=1,
        ),
        write(
            PartMandates,
            _HOLD_ACCOUNTS,
            _HOLD,
            _REOPEN,
            _HANG_BACK,
            _MOVE_BACK,
            _END_ORPHANS,
            _STOP_CODES,
            *let_go(_BACK[0], "'parted'", postgres=_BACK[1]),
            of="merge",
            account_id="before.account_id",
            at="at",
            merged_at="merge.at",
            under=_under,
            ended=_ended,
            ended_ids=_ended_ids,
            asked_ids=_asked_ids,
            held_ids=lambda effect: _json(effect.before.mandates),
            given_ids=lambda effect: _json(effect.before.given),
            helped_ids=lambda effect: _json(effect.before.helped),
            moved_ids=_moved_ids,
        ),
    ]
)
