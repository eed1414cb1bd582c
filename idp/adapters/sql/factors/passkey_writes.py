"""How passkeys are kept, used, renamed and forgotten."""

from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.factors.last import HAS_OTHER_PASSKEY, HAS_TOTP, HOLD_OFFICER, enough_is_left
from idp.factors.passkey.credentials import (
    PASSKEY_LIMIT,
    AddPasskey,
    RemoveEveryPasskey,
    RemovePasskey,
    RenamePasskey,
    UsePasskey,
)

# Two of them added at once may both pass the count: a bound against filling the table need not be exact.
_ADD = statement("""
    INSERT INTO passkeys (person_id, credential_id, account_id, public_key, sign_count, transports, backup_eligible,
                          backed_up, label_sealed, created_at, settles_at, pending_until)
    SELECT :person_id, :credential_id, :account_id, :public_key, :sign_count, :transports, :backup_eligible,
           :backed_up, :label_sealed, :created_at, :pending_until, :pending_until
    FROM accounts a
    WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status = 'open'
      AND (SELECT count(*) FROM passkeys k WHERE k.person_id = :person_id AND k.account_id = :account_id) < :limit
    ON CONFLICT DO NOTHING
    RETURNING 1
""")

_OPEN_ACCOUNT = """EXISTS (
        SELECT 1 FROM accounts a
        WHERE a.person_id = :person_id AND a.account_id = :account_id AND a.status = 'open')
"""
_USE = statement(f"""
    UPDATE passkeys SET sign_count = :sign_count, backed_up = :backed_up, last_used_at = :last_used_at
    WHERE person_id = :person_id AND credential_id = :credential_id AND account_id = :account_id
      AND (sign_count < :sign_count OR (sign_count = 0 AND :sign_count = 0)) AND {_OPEN_ACCOUNT}
    RETURNING 1
""")  # noqa: S608 (a constant of this module)

_RENAME = statement("""
    UPDATE passkeys SET label_sealed = :label_sealed
    WHERE person_id = :person_id AND credential_id = :credential_id AND account_id = :account_id
    RETURNING 1
""")
_REMOVE = statement(f"""
    DELETE FROM passkeys
    WHERE person_id = :person_id AND credential_id = :credential_id AND account_id = :account_id
      AND {enough_is_left(HAS_TOTP, HAS_OTHER_PASSKEY)}
    RETURNING 1
""")  # noqa: S608 (a constant)
_REMOVE_EVERY = statement("DELETE FROM passkeys WHERE person_id = :person_id AND account_id = :account_id")


PASSKEY_WRITES = dict(
    [
        write(
            AddPasskey,
            _ADD,
            of="passkey",
            pending_until=lambda effect: to_micros(effect.passkey.pending_until) if effect.passkey.pending_until else 0,
            limit=Fixed(PASSKEY_LIMIT),
        ),
        write(UsePasskey, _USE, last_used_at="at"),
        write(RenamePasskey, _RENAME),
        write(RemovePasskey, HOLD_OFFICER, _REMOVE, decides=1),
        write(RemoveEveryPasskey, _REMOVE_EVERY),
    ]
)
