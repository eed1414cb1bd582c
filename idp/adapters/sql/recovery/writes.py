"""How recoveries are started, cancelled and used, and what their end replaces."""

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.recovery.model import (
    CancelRecoveries,
    DisplaceRecovery,
    EndTrust,
    FinishRecovery,
    HoldRecoveries,
    RecoverPassword,
    RecoverPhone,
    RemoveLostFactors,
    RenewReference,
    RestPhone,
    SecondRecovery,
    StartRecovery,
)

_OPEN = "cancelled_at IS NULL AND finished_at IS NULL"
_OF_ACCOUNT = "person_id = :person_id AND account_id = :account_id"

# Takes PostgreSQL's lock of the row, so that the statement after it sees what the one before committed.
_HOLD = statement(f"UPDATE accounts SET status = status WHERE {_OF_ACCOUNT}")  # noqa: S608 (constants, here and below)
_START = statement(f"""
    INSERT INTO recoveries (person_id, recovery_id, account_id, way, reference_hash, phone_index, phone_sealed,
                            started_at, ready_at, ends_at, assisted_by, epoch, standing,
                            second_needed, behind_since)
    SELECT :person_id, :recovery_id, :account_id, :way, :reference_hash, :phone_index, :phone_sealed,
           :started_at, :ready_at, :ends_at, :assisted_by, :epoch, :standing, :second_needed,
           :behind_since
    WHERE NOT EXISTS (SELECT 1 FROM recoveries WHERE {_OF_ACCOUNT} AND {_OPEN} AND ends_at > :started_at)
      AND NOT EXISTS (SELECT 1 FROM accounts WHERE {_OF_ACCOUNT} AND epoch <> :epoch)
    RETURNING 1
""")  # noqa: S608
_THAT_WAIT = ("passkeys", "totp_secrets", "recovery_codes", "contact_changes")
_WAIT_ON = tuple(
    statement(f"""
        UPDATE {table} SET pending_until = :ends_at
        WHERE {_OF_ACCOUNT} AND pending_until > :started_at AND :way IN ('waiting', 'assisted')
    """)  # noqa: S608
    for table in _THAT_WAIT
)
_WAIT_AS_BEFORE = tuple(
    statement(f"""
        UPDATE {table} SET pending_until = settles_at
        WHERE {_OF_ACCOUNT} AND pending_until > settles_at AND NOT EXISTS (
            SELECT 1 FROM recoveries r
            WHERE r.person_id = {table}.person_id AND r.account_id = {table}.account_id
              AND r.cancelled_at IS NULL AND r.finished_at IS NULL AND r.ends_at > :at)
    """)  # noqa: S608
    for table in _THAT_WAIT
)
_RENEW = statement(f"""
    UPDATE recoveries SET reference_hash = :reference_hash
    WHERE person_id = :person_id AND recovery_id = :recovery_id AND {_OPEN} AND ends_at > :now
    RETURNING 1
""")  # noqa: S608
_DISPLACE = statement(f"""
    UPDATE recoveries SET cancelled_at = :at
    WHERE person_id = :person_id AND recovery_id = :recovery_id AND {_OPEN} AND ends_at > :at
      AND way IN ('waiting', 'assisted') AND standing = :standing
    RETURNING 1
""")  # noqa: S608
_SECOND = statement(f"""
    UPDATE recoveries SET seconded_by = :seconded_by, reference_hash = :reference_hash
    WHERE person_id = :person_id AND recovery_id = :recovery_id AND {_OPEN} AND ends_at > :now
      AND second_needed AND seconded_by IS NULL AND assisted_by <> :seconded_by
    RETURNING 1
""")  # noqa: S608
_CANCEL = statement(
    f"UPDATE recoveries SET cancelled_at = :at WHERE {_OF_ACCOUNT} AND {_OPEN} AND started_at <= :until"  # noqa: S608
)
_TELL_CANCELLED = statement("""
    INSERT INTO notices (person_id, notice_id, account_id, kind, details, at)
    SELECT :person_id, :notice_id, :account_id, 'recovery_cancelled', '{}', :at
    WHERE :notice_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM recoveries
        WHERE person_id = :person_id AND account_id = :account_id AND cancelled_at = :at
          AND way IN ('waiting', 'assisted') AND ends_at > :at)
""")
_FINISH = statement(f"""
    UPDATE recoveries SET finished_at = :now
    WHERE person_id = :person_id AND recovery_id = :recovery_id AND {_OPEN} AND ready_at <= :now AND ends_at > :now
      AND (NOT second_needed OR seconded_by IS NOT NULL)
      AND (way IN ('waiting', 'assisted') OR NOT EXISTS (
          SELECT 1 FROM accounts a
          WHERE a.person_id = recoveries.person_id AND a.account_id = recoveries.account_id
            AND a.epoch <> recoveries.epoch))
    RETURNING 1
""")  # noqa: S608
# Set anew it is long enough to stand alone: the rules for a new password saw to that.
_PASSWORD = statement(f"""
    UPDATE passwords SET password_hash = :password_hash, failures = 0, retry_at = NULL, short = FALSE
    WHERE {_OF_ACCOUNT}
""")  # noqa: S608
_FORGET_TRIES = statement(f"DELETE FROM factor_tries WHERE {_OF_ACCOUNT}")  # noqa: S608
_KEEP_LOST_PHONE = statement("""
    INSERT INTO contact_changes (person_id, change_id, account_id, kind, blind_index, sealed, replaced_index,
                                 replaced_sealed, replaced_confirmed_at, replaced_asked_at, since, settles_at,
                                 pending_until, settled_at)
    SELECT person_id, :change_id, account_id, kind, :phone_index, :phone_sealed, blind_index, sealed,
      COALESCE(last_confirmed_at, confirmed_at), asked_again_at, :at, :at, :at, :at
    FROM contacts WHERE person_id = :person_id AND account_id = :account_id AND kind = 'phone'
""")
_PHONE = statement("""
    INSERT INTO contacts (person_id, account_id, kind, blind_index, sealed, confirmed_at)
    VALUES (:person_id, :account_id, 'phone', :phone_index, :phone_sealed, :at)
    ON CONFLICT (person_id, account_id, kind) DO UPDATE
    SET blind_index = excluded.blind_index, sealed = excluded.sealed, confirmed_at = excluded.confirmed_at,
      last_confirmed_at = NULL, asked_again_at = NULL
""")
_REST = statement(f"UPDATE accounts SET phone_rests_until = :until WHERE {_OF_ACCOUNT}")  # noqa: S608
_PROFILE = statement("UPDATE persons SET profile_sealed = :profile_sealed WHERE person_id = :person_id")
_REMOVE = tuple(
    statement(f"DELETE FROM {table} WHERE {_OF_ACCOUNT}")  # noqa: S608
    for table in ("passkeys", "totp_secrets", "recovery_codes")
)
_FORGET_DEVICES = statement(f"UPDATE devices SET forgotten_at = :at WHERE {_OF_ACCOUNT} AND forgotten_at IS NULL")  # noqa: S608
_END_GRANTS = statement(f"""
    UPDATE grants SET revoked_at = :at, revoke_reason = :reason WHERE {_OF_ACCOUNT} AND revoked_at IS NULL
""")  # noqa: S608


RECOVERY_WRITES = dict(
    [
        write(HoldRecoveries, _HOLD),
        write(StartRecovery, _START, *_WAIT_ON, of="recovery", phone_index="recovery.phone.blind_index"),
        write(RenewReference, _RENEW),
        write(DisplaceRecovery, _DISPLACE),
        write(SecondRecovery, _SECOND, seconded_by="officer_id"),
        write(
            CancelRecoveries,
            _CANCEL,
            _TELL_CANCELLED,
            *_WAIT_AS_BEFORE,
            until=lambda effect: to_micros(effect.begun_until or effect.at),
        ),
        write(FinishRecovery, _FINISH),
        write(RecoverPassword, _PASSWORD, _FORGET_TRIES),
        write(RecoverPhone, _KEEP_LOST_PHONE, _PHONE, _PROFILE, phone_index="phone.blind_index"),
        write(RestPhone, _REST),
        write(RemoveLostFactors, *_REMOVE),
        write(EndTrust, _FORGET_DEVICES, _END_GRANTS),
    ]
)
