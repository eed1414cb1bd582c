"""Officers' accounts: issued with a one-time enrolment code, extended, withdrawn, and ended by their date."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
import orjson
from msgspec import Struct

from idp.account.model import NUMBER_PLACE, PROFILE_PLACE, SealedValue
from idp.account.notices.messages import Messages, Values
from idp.account.notices.model import AddNotice, Notice, NoticeKind
from idp.account.notices.service import NOT_ME_ALPHABET
from idp.account.profiles import MASKED_NUMBER
from idp.agencies.model import SignInName
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, EventId, NoticeId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer, Secret
from idp.officers.model import (
    TERM_OVER,
    WITHDRAWN,
    AskEnrolment,
    CodeAsked,
    ConfirmEnrolment,
    EndOfficerAccess,
    ExtendOfficer,
    IssueOfficer,
    Officer,
    OfficerReader,
    RenewEnrolment,
    WithdrawOfficer,
    account_of,
)
from idp.officers.posts import CONTACT_PLACE, Issued, NewPost, OfficerContact
from idp.sessions.policy import TELL_FOR
from records.structs import replace

# The printed line travels by the agency's own mail; who is on leave comes back within it.
ENROLMENT_LIFE = timedelta(days=7)
# 16 of 31 letters are 79 bits: nobody guesses it, and nobody need be slowed down for long.
_CODE_LETTERS, _GROUP = 16, 4
_OFFICER_CODE_LETTERS = 6


def new_officer_code(agency: str) -> str:
    """Return a code for an officer whose agency has none of its own for them."""
    return f"{agency}-{''.join(secrets.choice(NOT_ME_ALPHABET) for _ in range(_OFFICER_CODE_LETTERS))}"


def new_enrolment_code() -> Secret:
    """Return a code in groups, `ABCD-EFGH-JKMN-PQRS`."""
    letters = "".join(secrets.choice(NOT_ME_ALPHABET) for _ in range(_CODE_LETTERS))
    return Secret("-".join(letters[start : start + _GROUP] for start in range(0, _CODE_LETTERS, _GROUP)))


def canonical_enrolment_code(entered: str) -> str:
    """Return a typed code as it is hashed: capitals, without spaces and dashes."""
    return "".join(letter for letter in entered[:64].upper() if letter in NOT_ME_ALPHABET)


def _nothing_more(_officer: Officer) -> Sequence[Effect]:
    return ()


class OfficerAccounts(Struct, frozen=True):
    """Changes officers' accounts. Whoever calls has seen to it that the agency wants it; `event` says who did it."""

    reader: OfficerReader
    ledger: Ledger
    sealer: Sealer
    name_index: HashKey
    enrolment_hash: HashKey
    messages: Messages
    clock: Clock

    async def issue(
        self, post: NewPost, event: RecordEvent, *, then: Callable[[Officer], Sequence[Effect]] = _nothing_more
    ) -> Issued | None:
        """Make an account, and in the same transaction what `then` wants for it.

        None if the sign-in name or the officer's code is taken. `event` gets its person.
        """
        now, code = self.clock.now(), new_enrolment_code()
        officer, ends_at = _officer(post, now), now + ENROLMENT_LIFE
        issuing = self._issuing(officer, post, self.hashed(code.reveal()), ends_at)
        done = await self.ledger.commit(issuing, *then(officer), _about(event, officer))
        return Issued(officer, post.name, code, ends_at) if done else None

    async def propose(
        self,
        post: NewPost,
        contact: OfficerContact,
        event: RecordEvent,
        *,
        then: Callable[[Officer], Sequence[Effect]] = _nothing_more,
    ) -> Officer | None:
        """Make an account whose code waits for a second administrator; None as with `issue`."""
        officer = _officer(post, now := self.clock.now())
        officer = replace(officer, asked=self._asked(officer.person_id, post.issued_by, contact, now))
        issuing = self._issuing(officer, post, None, None)
        return officer if await self.ledger.commit(issuing, *then(officer), _about(event, officer)) else None

    async def ask_enrolment(
        self, officer: Officer, contact: OfficerContact, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Want a new code, which waits as well; the one before ends. False where it is too late for one.

        `first`, here and below: what must be so, or be written, in the same transaction; None or False if it is not.
        """
        asking = AskEnrolment(
            person_id=officer.person_id,
            account_id=officer.account_id,
            asked=self._asked(officer.person_id, by, contact, self.clock.now()),
        )
        return await self.ledger.commit(*first, asking, _about(event, officer))

    async def confirm_enrolment(
        self, officer: Officer, asked: CodeAsked, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Make the code that was asked for and send it to the officer; False if it was decided or asked anew."""
        now, code = self.clock.now(), new_enrolment_code()
        confirming = ConfirmEnrolment(
            person_id=officer.person_id,
            account_id=officer.account_id,
            asked=asked,
            enrolment_hash=self.hashed(code.reveal()),
            enrolment_ends_at=now + ENROLMENT_LIFE,
            now=now,
            by=by,
        )
        return await self.ledger.commit(
            *first, confirming, self._sent(officer.person_id, asked, code, now), _about(event, officer)
        )

    async def renew_enrolment(
        self, officer: Officer, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> Secret | None:
        """Return a new enrolment code, for the host's command; None where the account was set up or has ended."""
        now, code = self.clock.now(), new_enrolment_code()
        renewal = RenewEnrolment(
            person_id=officer.person_id,
            account_id=officer.account_id,
            enrolment_hash=self.hashed(code.reveal()),
            enrolment_ends_at=now + ENROLMENT_LIFE,
            now=now,
            by=by,
        )
        return code if await self.ledger.commit(*first, renewal, _about(event, officer)) else None

    async def extend(
        self, officer: Officer, ends_at: datetime, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Give an account another end, and tell the officer on their page; False if it was withdrawn."""
        extending = ExtendOfficer(person_id=officer.person_id, account_id=officer.account_id, ends_at=ends_at)
        reported = {"until": ends_at.isoformat()}
        notice = Notice(
            NoticeId(new_id()),
            officer.person_id,
            officer.account_id,
            NoticeKind.TERM_CHANGED,
            self.clock.now(),
            reported,
        )
        event = replace(event, details={**event.details, **reported})
        return await self.ledger.commit(*first, extending, AddNotice(notice=notice), _about(event, officer))

    async def withdraw(
        self, officer: Officer, reason: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Take an account back; False if it was. Everything it began for others ends with it."""
        now = self.clock.now()
        withdrawal = WithdrawOfficer(person_id=officer.person_id, account_id=officer.account_id, at=now, reason=reason)
        ended = _access_ends(officer, now, WITHDRAWN)
        return await self.ledger.commit(*first, withdrawal, ended, _about(event, officer))

    async def end_those_over(self, limit: int) -> int:
        """End what is alive of officers whose date has passed, and return how many those were."""
        now = self.clock.now()
        found = await self.reader.over(now, limit)
        for officer in found:
            event = RecordEvent(
                id=EventId(new_id()),
                name=EventName.OFFICER_TERM_OVER,
                at=now,
                origin=Origin(new_id()),
                reason=TERM_OVER,
            )
            await self.ledger.commit(_access_ends(officer, now, TERM_OVER), _about(event, officer))
        return len(found)

    def hashed(self, code: str) -> bytes:
        """Return the keyed hash of an enrolment code, however it was typed."""
        return self.enrolment_hash.digest(canonical_enrolment_code(code))

    def index_of(self, name: SignInName) -> bytes:
        """Return the blind index of a sign-in name: the same as of personal numbers, which never look like one."""
        return self.name_index.digest(name.text)

    def _issuing(
        self, officer: Officer, post: NewPost, enrolment_hash: bytes | None, ends_at: datetime | None
    ) -> IssueOfficer:
        return IssueOfficer(
            account=account_of(officer, "vi"),
            officer=officer,
            name=self._sealed(officer, post.name),
            profile_sealed=self.sealer.seal(orjson.dumps(_profile(officer, post)), PROFILE_PLACE.of(officer.person_id)),
            enrolment_hash=enrolment_hash,
            enrolment_ends_at=ends_at,
        )

    def _asked(self, person_id: PersonId, by: str, contact: OfficerContact, now: datetime) -> CodeAsked:
        return CodeAsked(by, now, self.sealer.seal(msgspec.json.encode(contact), CONTACT_PLACE.of(person_id)))

    def _sent(self, person_id: PersonId, asked: CodeAsked, code: Secret, now: datetime) -> Effect:
        contact = msgspec.json.decode(
            self.sealer.open(asked.contact_sealed, CONTACT_PLACE.of(person_id)), type=OfficerContact
        )
        send = self.messages.sms if contact.channel == "sms" else self.messages.email
        values: Values = {"code": code.reveal(), "valid_for": ENROLMENT_LIFE}
        return send("enrolment_code", contact.to, "vi", values, now, ENROLMENT_LIFE)

    def _sealed(self, officer: Officer, name: SignInName) -> SealedValue:
        return SealedValue(
            self.index_of(name), self.sealer.seal(name.text.encode(), NUMBER_PLACE.of(officer.person_id))
        )


def _access_ends(officer: Officer, now: datetime, reason: str) -> Effect:
    return EndOfficerAccess(
        person_id=officer.person_id, account_id=officer.account_id, at=now, reason=reason, gives_up_at=now + TELL_FOR
    )


def _officer(post: NewPost, now: datetime) -> Officer:
    code = post.code or new_officer_code(post.agency)
    return Officer(
        PersonId(new_id()),
        AccountId(new_id()),
        post.agency,
        post.post,
        code,
        post.starts_at,
        post.ends_at,
        post.issued_by,
        now,
    )


def _profile(officer: Officer, post: NewPost) -> dict[str, object]:
    """Return the claims of an officer: the name, and what the scope `officer` releases."""
    return {
        "name": post.full_name,
        "preferred_username": post.name.text,
        "agency": post.agency,
        "post": post.post,
        "officer_code": officer.code,
        "updated_at": int(officer.created_at.timestamp()),
        MASKED_NUMBER: post.name.text,
    }


def _about(event: RecordEvent, officer: Officer) -> RecordEvent:
    details = {**event.details, "officer": officer.account_id, "agency": officer.agency}
    return RecordEvent(
        id=event.id,
        name=event.name,
        at=event.at,
        origin=event.origin,
        person_id=officer.person_id,
        reason=event.reason,
        details=details,
    )
