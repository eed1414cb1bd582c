"""A stolen database alone reveals no personal number, phone, name or cookie (docs/architecture.md)."""

from pathlib import Path

from idp.account.model import Account, AccountStatus, OpenAccount, ProofState, SealedValue
from idp.adapters.sql.database import Database
from idp.adapters.sql.schema import metadata
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer, new_secret
from idp.sessions.model import StartSession
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import NOW, session_of

NUMBER, PHONE, NAME = "001899000001", "0912345678", "NGUYỄN THỊ HOÀ"


def file_contents(folder: Path) -> list[bytes]:
    """Return the database's file with its log beside it; PostgreSQL's are not there."""
    return [path.read_bytes() for path in folder.iterdir()]


async def test_a_copy_of_the_store_holds_no_plain_value(store: str, database: Database, tmp_path: Path) -> None:
    sealer, hashing, cookie = Sealer({"k1": b"k" * 32}, "k1"), HashKey(b"h" * 32), new_secret()
    account = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", NOW)
    effect = OpenAccount(
        account=account,
        number=SealedValue(hashing.digest(NUMBER), sealer.seal(NUMBER.encode(), "identifiers")),
        phone=SealedValue(hashing.digest(PHONE), sealer.seal(PHONE.encode(), "contacts")),
        profile_sealed=sealer.seal(NAME.encode(), "persons"),
        password_hash="$argon2id$",
    )
    session = session_of(account)
    assert await database.ledger.commit(effect, StartSession(session=session))
    copied = [row for table in metadata.tables for row in await rows(store, f"SELECT * FROM {table}")]
    copy = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in copied for value in row)
    assert account.person_id.encode() in copy
    for plain in (NUMBER, PHONE, NAME, cookie):
        assert all(plain.encode() not in part for part in [copy, *file_contents(tmp_path)])
