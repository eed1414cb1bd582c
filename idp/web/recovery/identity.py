"""Name and birth date as they are typed for a recovery, and what a page says of the register's word on them."""

from collections.abc import Mapping
from datetime import date
from typing import get_args

from starlette.requests import Request

from idp.proofing.model import Verdict
from idp.proofing.states import STILL_WAITING
from idp.protocol.forms import Form
from idp.registration.declared_identity import DeclaredPerson, DeclaredProblems, read_person
from idp.web.http.declared_messages import message_of
from idp.web.http.edge import because
from idp.web.http.texts import Message
from idp.web.recovery.pages import DeclaredField

_FIELDS = ("full_name", "birth_day", "birth_month", "birth_year")
NOTHING_TYPED: Mapping[str, str] = dict.fromkeys(_FIELDS, "")
_REFUSALS: Mapping[Verdict, Message] = {
    Verdict.NEAR: Message("recovery_near"),
    Verdict.DIFFERENT: Message("recovery_different"),
    Verdict.NO_RECORD: Message("recovery_no_record"),
    Verdict.NO_ANSWER: Message("recovery_no_answer"),
    Verdict.GARBLED: Message("recovery_garbled"),
}


def read_identity(form: Form, today: date) -> tuple[Mapping[str, str], DeclaredPerson | DeclaredProblems]:
    """Return the fields as they were typed, to be shown again, and what they say."""
    typed = {name: form.data.get(name, "") for name in _FIELDS}
    declared = read_person(
        typed["full_name"], day=typed["birth_day"], month=typed["birth_month"], year=typed["birth_year"], today=today
    )
    return typed, declared


def errors_of(problems: DeclaredProblems) -> Mapping[DeclaredField, Message]:
    """Return what stands beside the fields that cannot be used."""
    return {name: message_of(problems.errors[name]) for name in get_args(DeclaredField) if name in problems.errors}


def refusal_of(request: Request, verdict: Verdict) -> tuple[Message, int]:
    """Return the text for a verdict that proves nobody, and the status: 503 if the register is away."""
    because(request, f"the population register: {verdict}")
    return _REFUSALS[verdict], 503 if verdict in STILL_WAITING else 422
