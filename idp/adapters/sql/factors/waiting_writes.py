"""How changes of contacts and factors wait, take their place, are set aside and are taken back."""

from sqlalchemy import Table

from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.statements import Statement, insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.imports.tables import upstream_links
from idp.factors.change_model import (
    BeginChange,
    DropFactor,
    EndWaits,
    ProposeContact,
    RaiseEpoch,
    RestoreProfile,
    SetAside,
    SettleContact,
    UndoChanges,
    WithdrawContact,
)

_OF_ACCOUNT = "person_id = :person_id AND account_id = :account_id"
_SOMEBODY_WAITS = f"""
    SELECT 1 FROM recoveries
    WHERE {_OF_ACCOUNT} AND way IN ('waiting', 'assisted') AND cancelled_at IS NULL AND finished_at IS NULL
      AND ends_at > :now
"""  # noqa: S608 (constants of this module, here and below)
_BEGIN = statement(f"""
    UPDATE accounts SET epoch = epoch + 1
    WHERE {_OF_ACCOUNT} AND status = 'open' AND NOT EXISTS ({_SOMEBODY_WAITS})
    RETURNING 1
""")  # noqa: S608
_RAISE = statement(f"UPDATE accounts SET epoch = epoch + 1 WHERE {_OF_ACCOUNT}")  # noqa: S608

_FORGET_WAITING = statement(f"""
    DELETE FROM contact_changes WHERE {_OF_ACCOUNT} AND kind = :kind AND settled_at IS NULL
""")  # noqa: S608
_PROPOSE = insert_into(
    tables.contact_changes,
    leaving_out=frozenset(
        {"replaced_index", "replaced_sealed", "replaced_confirmed_at", "replaced_asked_at", "settled_at"}
    ),
)
_WITHDRAW = statement(f"""
    DELETE FROM contact_changes WHERE {_OF_ACCOUNT} AND change_id = :change_id AND settled_at IS NULL
    RETURNING 1
""")  # noqa: S608

_ITS = "person_id = :person_id AND change_id = :change_id"
_KIND = f"(SELECT kind FROM contact_changes WHERE {_ITS})"  # noqa: S608
_IN_FORCE = "c.person_id = :person_id AND c.account_id = :account_id AND c.kind = contact_changes.kind"
_SETTLE = statement(f"""
    UPDATE contact_changes SET settled_at = :at,
      replaced_index = (SELECT c.blind_index FROM contacts c WHERE {_IN_FORCE}),
      replaced_sealed = (SELECT c.sealed FROM contacts c WHERE {_IN_FORCE}),
      replaced_confirmed_at = (
        SELECT COALESCE(c.last_confirmed_at, c.confirmed_at) FROM contacts c WHERE {_IN_FORCE}),
      replaced_asked_at = (SELECT c.asked_again_at FROM contacts c WHERE {_IN_FORCE})
    WHERE {_ITS} AND account_id = :account_id AND settled_at IS NULL AND pending_until <= :at
    RETURNING 1
""")  # noqa: S608
_LEAVE_PLACE = statement(f"DELETE FROM contacts WHERE {_OF_ACCOUNT} AND kind = {_KIND}")  # noqa: S608
_TAKE_PLACE = statement(f"""
    INSERT INTO contacts (person_id, account_id, kind, blind_index, sealed, confirmed_at)
    SELECT person_id, account_id, kind, blind_index, sealed, :at FROM contact_changes
    WHERE {_ITS} AND sealed IS NOT NULL
""")  # noqa: S608


def _names(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _set_aside(table: Table, asked: str) -> Statement:
    names = _names(table)
    return statement(f"""
        INSERT INTO removed_{table.name} ({names}, removed_at)
        SELECT {names}, :at FROM {table.name} WHERE {_OF_ACCOUNT} AND {asked}
        ON CONFLICT DO NOTHING
    """)  # noqa: S608


_SET_ASIDE = (
    _set_aside(tables.passkeys, ":wants_passkeys AND (:credential_id IS NULL OR credential_id = :credential_id)"),
    _set_aside(tables.totp_secrets, ":wants_totp"),
    _set_aside(tables.recovery_codes, ":wants_codes"),
)

_DROP = (
    statement(f"DELETE FROM passkeys WHERE {_OF_ACCOUNT} AND credential_id = :credential_id"),  # noqa: S608
    statement(f"DELETE FROM totp_secrets WHERE {_OF_ACCOUNT} AND :wants_totp"),  # noqa: S608
    statement(f"DELETE FROM recovery_codes WHERE {_OF_ACCOUNT} AND :wants_codes"),  # noqa: S608
)


def _taken_back(table: Table, again: str) -> tuple[Statement, ...]:
    """Return what removes what is younger than the instant or waits, and brings back what was removed since."""
    names = _names(table)
    return (
        statement(f"""
            DELETE FROM {table.name} WHERE {_OF_ACCOUNT}
              AND (created_at >= :since AND settles_at > 0 OR pending_until > :at)
        """),  # noqa: S608
        statement(f"""
            INSERT INTO {table.name} ({names})
            SELECT {names} FROM removed_{table.name}
            WHERE {_OF_ACCOUNT} AND removed_at >= :since AND created_at < :since AND pending_until <= removed_at
              AND {again}
            ORDER BY removed_at
            ON CONFLICT DO NOTHING
        """),  # noqa: S608
        statement(f"DELETE FROM removed_{table.name} WHERE {_OF_ACCOUNT} AND removed_at >= :since"),  # noqa: S608
    )


# Of several contacts that took a place since, the first one replaced what its owner had.
_FIRST = """
    c.settled_at IS NOT NULL AND c.since >= :since AND NOT EXISTS (
        SELECT 1 FROM contact_changes b
        WHERE b.person_id = c.person_id AND b.account_id = c.account_id AND b.kind = c.kind
          AND b.settled_at IS NOT NULL AND b.since >= :since AND b.settled_at < c.settled_at)
"""
_UNDO = (
    statement(f"""
        DELETE FROM contacts WHERE {_OF_ACCOUNT} AND kind IN (
            SELECT kind FROM contact_changes WHERE {_OF_ACCOUNT} AND settled_at IS NOT NULL AND since >= :since)
    """),  # noqa: S608
    statement(f"""
        INSERT INTO contacts (person_id, account_id, kind, blind_index, sealed, confirmed_at, last_confirmed_at,
                              asked_again_at)
        SELECT c.person_id, c.account_id, c.kind, c.replaced_index, c.replaced_sealed, :at, c.replaced_confirmed_at,
          c.replaced_asked_at
        FROM contact_changes c
        WHERE c.person_id = :person_id AND c.account_id = :account_id AND c.replaced_sealed IS NOT NULL AND {_FIRST}
        ON CONFLICT DO NOTHING
    """),  # noqa: S608
    statement(f"DELETE FROM contact_changes WHERE {_OF_ACCOUNT} AND (since >= :since OR settled_at IS NULL)"),  # noqa: S608
    *_taken_back(tables.passkeys, "TRUE"),
    *_taken_back(tables.totp_secrets, "TRUE"),
    *_taken_back(tables.recovery_codes, "used_at IS NULL"),
    statement(f"DELETE FROM upstream_links WHERE {_OF_ACCOUNT} AND linked_at >= :since"),  # noqa: S608
    # Unless its provider's account leads to another account by now.
    statement(f"""
        INSERT INTO upstream_links ({_names(upstream_links)})
        SELECT {_names(upstream_links)} FROM removed_upstream_links
        WHERE {_OF_ACCOUNT} AND removed_at >= :since AND linked_at < :since
        ORDER BY removed_at
        ON CONFLICT DO NOTHING
    """),  # noqa: S608
    statement(f"DELETE FROM removed_upstream_links WHERE {_OF_ACCOUNT} AND removed_at >= :since"),  # noqa: S608
    # A short password needs its second step, and that stays.
    statement(f"""
        UPDATE accounts SET two_steps = FALSE
        WHERE {_OF_ACCOUNT} AND account_kind <> 'officer' AND two_steps_at >= :since AND two_steps_at > 0
          AND NOT EXISTS (SELECT 1 FROM passwords WHERE {_OF_ACCOUNT} AND short)
    """),  # noqa: S608
    statement(f"DELETE FROM approvals WHERE {_OF_ACCOUNT} AND used_at IS NULL"),  # noqa: S608
    statement(f"UPDATE alarms SET used_at = :at WHERE {_OF_ACCOUNT} AND used_at IS NULL AND :wants_alarms"),  # noqa: S608
    _RAISE,
)

_END_WAITS = tuple(
    statement(f"""
        UPDATE {table} SET pending_until = :at
        WHERE {_OF_ACCOUNT} AND pending_until > :at AND {begun} <= :until
    """)  # noqa: S608
    for table, begun in (
        ("passkeys", "created_at"),
        ("totp_secrets", "created_at"),
        ("recovery_codes", "created_at"),
        ("contact_changes", "since"),
    )
)

_PROFILE = statement("UPDATE persons SET profile_sealed = :profile_sealed WHERE person_id = :person_id")


WAITING_WRITES = dict(
    [
        write(BeginChange, _BEGIN),
        write(RaiseEpoch, _RAISE),
        write(
            ProposeContact,
            _FORGET_WAITING,
            _PROPOSE,
            of="change",
            blind_index="change.contact.blind_index",
            sealed="change.contact.sealed",
        ),
        write(WithdrawContact, _WITHDRAW),
        write(SettleContact, _SETTLE, _LEAVE_PLACE, _TAKE_PLACE),
        write(SetAside, *_SET_ASIDE, wants_passkeys="passkeys", wants_totp="totp", wants_codes="recovery_codes"),
        write(DropFactor, *_DROP, wants_totp="totp", wants_codes="recovery_codes"),
        write(EndWaits, *_END_WAITS, until="begun_until"),
        write(UndoChanges, *_UNDO, wants_alarms="alarms"),
        write(RestoreProfile, _PROFILE),
    ]
)
