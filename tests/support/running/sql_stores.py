"""What the tests of the SQL stores put into them, and an observer that counts what is sent."""

import hashlib
from datetime import UTC, datetime, timedelta

from clients.model import ClientId
from idp.account.model import Account, AccountStatus, OpenAccount, ProofState, SealedValue
from idp.adapters.sql.database import Database
from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.model import Grant, RefreshFamily, RotateFamily, StartFamily, StartGrant
from idp.kernel.ids import AccountId, EventId, GrantId, PersonId, SessionId, new_id
from idp.sessions.model import Session, StartSession
from records.structs import replace

NOW = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def digest(text: str) -> bytes:
    """Return 32 bytes that stand for the keyed hash of a text."""
    return hashlib.sha256(text.encode()).digest()


def sealed(text: str) -> bytes:
    """Return bytes that stand for a sealed text."""
    return b"\x01sealed:" + digest(text)


def opening(number: str = "001899000001", *, person_id: PersonId | None = None) -> OpenAccount:
    """Return the effect that opens an account for a personal number."""
    account = Account(
        id=AccountId(new_id()),
        person_id=PersonId(person_id or new_id()),
        status=AccountStatus.OPEN,
        proof=ProofState.PROVED,
        locale="vi",
        created_at=NOW,
    )
    return OpenAccount(
        account=account,
        number=SealedValue(digest(number), sealed(number)),
        phone=SealedValue(digest("0912345678"), sealed("0912345678")),
        profile_sealed=sealed(f"profile {number}"),
        password_hash="$argon2id$placed-by-a-test",
    )


def session_of(account: Account, *, expires_at: datetime = NOW + 8 * HOUR) -> Session:
    """Return a session of an account; its cookie secret is its id."""
    session_id = SessionId(new_id())
    return Session(
        id=session_id,
        secret_hash=digest(session_id),
        person_id=account.person_id,
        account_id=account.id,
        auth_time=NOW,
        acr="urn:test:level",
        amr=("pwd", "otp"),
        created_at=NOW,
        expires_at=expires_at,
        factor_at=NOW,
        idle_until=expires_at,
    )


def grant_of(
    session: Session, *, client_id: ClientId = ClientId("portal"), code: str | None = None, offline: bool = False
) -> Grant:
    """Return the grant that a code of this session is redeemed for."""
    grant_id = GrantId(new_id())
    return Grant(
        id=grant_id,
        code_hash=digest(code or grant_id),
        client_id=client_id,
        session_id=session.id,
        person_id=session.person_id,
        account_id=session.account_id,
        scope=("openid", "profile"),
        nonce="n-0S6_WzA2Mj",
        auth_time=session.auth_time,
        acr=session.acr,
        amr=session.amr,
        offline=offline,
        created_at=NOW,
        expires_at=NOW + 24 * HOUR,
    )


def family_of(grant: Grant, head: str = "head 0") -> RefreshFamily:
    """Return the first generation of a grant's refresh family."""
    return RefreshFamily(
        grant_id=grant.id,
        person_id=grant.person_id,
        head_hash=digest(head),
        previous_hash=None,
        successor_sealed=None,
        generation=0,
        rotated_at=NOW,
    )


def rotation(family: RefreshFamily, new_head: str, *, presented: bytes | None = None) -> RotateFamily:
    """Return the effect that replaces the head (or `presented`, if that is not the head)."""
    return RotateFamily(
        grant_id=family.grant_id,
        person_id=family.person_id,
        presented_hash=presented or family.head_hash,
        head_hash=digest(new_head),
        successor_sealed=sealed(new_head),
        rotated_at=NOW + HOUR,
    )


def event(name: EventName = EventName.TOKEN_ISSUED, *, person_id: PersonId | None = None) -> RecordEvent:
    """Return an audit event."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=NOW,
        origin=Origin(new_id(), "192.0.2.7", 50123),
        person_id=person_id,
        reason="test",
    )


async def signed_in(database: Database, number: str = "001899000001") -> Session:
    """Open an account, start a session and return it."""
    effect = opening(number)
    session = session_of(effect.account)
    assert await database.ledger.commit(effect, StartSession(session=session))
    return session


async def granted(database: Database, session: Session, **changes: str | bool) -> tuple[Grant, RefreshFamily]:
    """Redeem a code in a session and return the grant with its family."""
    grant = replace(grant_of(session), **changes)  # type: ignore[arg-type]  # the names are fields of Grant
    family = family_of(grant)
    assert await database.ledger.commit(
        StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family), event(person_id=grant.person_id)
    )
    return grant, family


class StatementCounter:
    """Counts the statements that a database is sent."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def sent(self, statement: str) -> None:
        self.statements.append(statement)

    def take(self) -> int:
        """Return how many were sent since the last call."""
        count = len(self.statements)
        self.statements.clear()
        return count
