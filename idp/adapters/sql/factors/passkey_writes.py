"""How passkeys are kept, used, renamed and forgotten."""

from idp.adapters.sql.engine.instants import to_micros, to_words
from idp.adapters.sql.engine.statements import Parameters, statement
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


def _add(effect: AddPasskey) -> Parameters:
    passkey = effect.passkey
    return {
        "person_id": passkey.person_id,
        "credential_id": passkey.credential_id,
        "account_id": passkey.account_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "transports": to_words(passkey.transports),
        "backup_eligible": passkey.backup_eligible,
        "backed_up": passkey.backed_up,
        "label_sealed": passkey.label_sealed,
        "created_at": to_micros(passkey.created_at),
        "pending_until": to_micros(passkey.pending_until) if passkey.pending_until else 0,
        "limit": PASSKEY_LIMIT,
    }


def _use(effect: UsePasskey) -> Parameters:
    return {
        **_key(effect),
        "sign_count": effect.sign_count,
        "backed_up": effect.backed_up,
        "last_used_at": to_micros(effect.at),
    }


def _rename(effect: RenamePasskey) -> Parameters:
    return {**_key(effect), "label_sealed": effect.label_sealed}


def _key(effect: UsePasskey | RenamePasskey | RemovePasskey) -> dict[str, str | int | bytes | bool | None]:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "credential_id": effect.credential_id,
    }


def _every(effect: RemoveEveryPasskey) -> Parameters:
    return {"person_id": effect.person_id, "account_id": effect.account_id}


PASSKEY_WRITES = dict(
    [
        write(AddPasskey, _add, _ADD),
        write(UsePasskey, _use, _USE),
        write(RenamePasskey, _rename, _RENAME),
        write(RemovePasskey, _key, HOLD_OFFICER, _REMOVE, decides=1),
        write(RemoveEveryPasskey, _every, _REMOVE_EVERY),
    ]
)
