"""Helping somebody to recover by calls: the steps at a desk (`idp/web/account/assist_*`), for whom a look shows.

A program has no cookie that a draft could be bound to. Its draft opens for the token's administrator, in the session
of the token, under the look that it began with; every step asks again whether that look stands.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import msgspec
from msgspec import Struct

from clients.errors import Problem
from idp.admin.actor import Actor
from idp.admin.errors import ConflictError, InvalidInputError, NotFoundError, TooManyError
from idp.admin.people.commands import ActReason, read_new_phone
from idp.admin.permissions import Permission
from idp.factors.one_time_codes.service import CODE_LIFE, CodeVerdict
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.locales import Locale
from idp.proofing.model import Verdict
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.assisted import OFFICER_WINDOW, Seat
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.service import RecoveryRefusal
from idp.recovery.started import MustWait, OtherIsOpen
from idp.registration.declared_identity import DeclaredPerson, DeclaredProblems, read_card
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import B, Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.operations.recovery_steps import RecoverySteps
from idp.web.admin_api.problems import Code

_PATH = "/people/lookups/{lookup}/recoveries"
_ONE = f"{_PATH}/{{recovery}}"
_Language = Annotated[Locale, msgspec.Meta(description="Of the messages with a code.")]
_CODES: Mapping[CodeVerdict, tuple[str, str]] = {
    CodeVerdict.WRONG: ("it is not the code that was sent", "have it read once more"),
    CodeVerdict.EXPIRED: ("the code is too old, or was used", "send another"),
    CodeVerdict.TRIES_USED: ("too many codes were wrong", "begin again"),
}
_FIELDS: Mapping[str, tuple[str, str]] = {
    "full_name": ("no name that a register holds", "write it as the card has it"),
    "birth_date": ("neither a day nor a year of birth", "write 1950-02-28, or 1950 where the card has the year alone"),
}
_NOT_PROVED: Mapping[Verdict, tuple[str, str]] = {
    Verdict.NEAR: ("the register has it slightly otherwise", "write name and birth date as the card has them"),
    Verdict.DIFFERENT: ("the register has it otherwise", "look at the card and the person once more"),
    Verdict.NO_RECORD: ("the register has nobody of this number", "send the person to the police of their commune"),
}


class RecoveryRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody is helped, and the phone that they show: a code goes there."""

    reason: ActReason
    phone: Annotated[str, msgspec.Meta(max_length=40)]
    language: _Language = "vi"


class StartedRecovery(Struct, frozen=True):
    """A recovery that waits for the code: its name, for the steps that follow, and where the code went, masked."""

    recovery: str
    phone: str
    code_seconds: int


class CodeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """In which language another code goes out."""

    language: _Language = "vi"


class SentCode(Struct, frozen=True):
    """Another code is on its way; the one before it is over."""

    phone: str
    code_seconds: int


class EnteredCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the person reads from their phone."""

    code: Annotated[str, msgspec.Meta(max_length=32)]


class CardDetails(Struct, frozen=True, forbid_unknown_fields=True):
    """What the person's card says; the number is the account's own."""

    full_name: Annotated[str, msgspec.Meta(max_length=200)]
    birth_date: Annotated[str, msgspec.Meta(max_length=10, description="A day, or a year where the card has no more.")]


class WaitingRecovery(Struct, frozen=True):
    """The reference that the person takes home, told once, and from when on it is good.

    With `second_officer`, after another officer has seen the card too: the account has no contact that could be told.
    """

    reference: str
    ready_at: str
    at_once: bool
    second_officer: bool


class _Desk(Struct, frozen=True):
    """Implements `idp.admin.people.ports.RecoveryDesk`: the steps at the counter, for a program."""

    recovery: RecoverySteps
    seat: Seat
    locale: Locale

    async def begin(self, number: PersonalNumber, phone: PhoneNumber) -> str | None:
        """Send a code to the phone that the person shows, and return the draft's name; None when enough were begun."""
        begun = await self.recovery.begin(self.seat, number, phone, self.locale)
        return None if isinstance(begun, RecoveryRefusal) else begun


def seat_of(actor: Actor, lookup: str) -> Seat:
    """Return what a program's draft opens for: no browser's secret looks like it."""
    return Seat(actor.person_id, actor.account_id, f"api:{actor.session_id}:{lookup}")


async def begin(parts: AdminApiDependencies, call: Call[Nothing, RecoveryRequest]) -> Reply:
    """Begin, and send a code to the phone that the person shows."""
    lookup, wanted = call.path["lookup"], call.body
    desk = _Desk(parts.recovery, seat_of(call.actor, lookup), wanted.language)
    name = await parts.people.begin_recovery(call.actor, lookup, wanted.reason, wanted.phone, desk)
    return Reply(StartedRecovery(name, read_new_phone(wanted.phone).masked(), _seconds()))


async def send_code(parts: AdminApiDependencies, call: Call[Nothing, CodeRequest]) -> Reply:
    """Send another code."""
    name, draft, seat = await _standing(parts, call)
    if not await parts.recovery.resend(name, draft, seat, call.body.language):
        raise TooManyError(CODE_LIFE)
    return Reply(SentCode(PhoneNumber(draft.phone).masked(), _seconds()))


async def confirm(parts: AdminApiDependencies, call: Call[Nothing, EnteredCode]) -> Reply:
    """Judge the code that the person reads from their phone."""
    name, draft, seat = await _standing(parts, call)
    verdict = await parts.recovery.confirm(name, draft, call.body.code, seat, call.actor.origin)
    if verdict is not CodeVerdict.RIGHT:
        raise InvalidInputError([Problem("code", verdict.value, *_CODES[verdict])])
    return Reply()


async def prove(parts: AdminApiDependencies, call: Call[Nothing, CardDetails]) -> Reply:
    """Ask the register by what the card says; from then on the recovery waits as one from a counter does."""
    name, draft, seat = await _standing(parts, call)
    if not draft.phone_confirmed:
        raise ConflictError("the phone's code comes first")
    person = _read(call)
    begun = await parts.recovery.prove(name, draft, person, seat, call.actor.origin)
    match begun:
        case MustWait(reference, ready_at, second):
            return Reply(WaitingRecovery(reference, ready_at.isoformat(), ready_at <= parts.clock.now(), second))
        case Verdict():
            raise _not_proved(begun)
        case RecoveryRefusal():
            raise TooManyError(OFFICER_WINDOW)
        case OtherIsOpen():
            raise ConflictError("another recovery of the account waits")
        case _:
            raise NotFoundError("what was shown does not do any more")


async def _standing(parts: AdminApiDependencies, call: Call[Nothing, B]) -> tuple[str, RecoveryDraft, Seat]:
    """Return the recovery that a path names. Raises `NotFoundError` for one that is over or not begun by this look."""
    lookup, name = call.path["lookup"], call.path["recovery"]
    await parts.people.demand_recovery(call.actor, lookup)
    seat = seat_of(call.actor, lookup)
    draft = await parts.recovery.load(name, seat)
    if draft is None:
        raise NotFoundError("no such recovery here")
    return name, draft, seat


def _read(call: Call[Nothing, CardDetails]) -> DeclaredPerson:
    read = read_card(call.body.full_name, call.body.birth_date, call.now.date())
    if isinstance(read, DeclaredProblems):
        raise InvalidInputError([Problem(field, "form", *_FIELDS[field]) for field in read.errors])
    return read


def _not_proved(verdict: Verdict) -> Exception:
    """Return the refusal for a verdict that proves nobody; a silent register is no verdict on the person."""
    reported = _NOT_PROVED.get(verdict)
    if reported is None:
        return TemporarilyUnavailableError(f"the population register: {verdict}")
    return InvalidInputError([Problem("", verdict.value, *reported)])


def _seconds() -> int:
    return int(CODE_LIFE.total_seconds())


def _step(
    path: str,
    name: str,
    handle: Callable[[AdminApiDependencies, Call[Nothing, B]], Awaitable[Reply]],
    summary: str,
    body: type[B],
    answer: type[Struct],
    *codes: Code,
) -> Operation:
    """Return the row of a step; `codes` are refused beside those of every step."""
    return operation(
        "POST",
        path,
        name,
        handle,
        summary=summary,
        permission=Permission.PEOPLE_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=body,
        answer=answer,
        codes=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT, *codes),
    )


OPERATIONS: tuple[Operation, ...] = (
    _step(
        _PATH,
        "begin_person_recovery",
        begin,
        "Begin an assisted recovery: a code goes to the phone that the person shows; the owner is told.",
        RecoveryRequest,
        StartedRecovery,
        Code.TOO_MANY,
    ),
    _step(
        f"{_ONE}/codes",
        "send_recovery_code",
        send_code,
        "Send another code to that phone; the one before it is over.",
        CodeRequest,
        SentCode,
        Code.TOO_MANY,
    ),
    _step(
        f"{_ONE}/confirm-phone",
        "confirm_recovery_phone",
        confirm,
        "Confirm the phone by the code that the person reads from it.",
        EnteredCode,
        Nothing,
    ),
    _step(
        f"{_ONE}/prove-identity",
        "prove_recovering_person",
        prove,
        "Ask the register by what the card says; the recovery then waits as one from a counter does.",
        CardDetails,
        WaitingRecovery,
        Code.TOO_MANY,
    ),
)
