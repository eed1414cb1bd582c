"""The closed sets that the texts about people are put together from."""

from typing import get_args

from idp.account.model import AccountStatus
from idp.admin.people.commands import Act, ActReason, LookupKey, PersonRule, Purpose
from idp.admin.people.rules import LockedBy
from idp.recovery.model import RecoveryMethod
from idp.web.admin.people.pages import PersonDone

_PURPOSES = [f"person_purpose.{purpose}" for purpose in Purpose]
_STATES = [f"person_status.{status}" for status in AccountStatus]

PEOPLE_SETS = {
    ("person_by.", "kind"): [f"person_by.{kind}" for kind in LookupKey],
    ("person_purpose.", "purpose"): _PURPOSES,
    ("person_purpose.", "page.purpose"): _PURPOSES,
    ("person_purpose.", "entry.support.purpose"): _PURPOSES,
    ("person_reason.", "reason"): [f"person_reason.{reason}" for reason in ActReason],
    ("person_reason.", "entry.support.reason"): [],
    ("person_rule.", "problem.rule"): [f"person_rule.{rule}" for rule in PersonRule],
    ("person_status.", "one.status"): _STATES,
    ("person_status.", "page.status"): _STATES,
    ("person_locked_by.", "page.locked_by"): [f"person_locked_by.{who}" for who in get_args(LockedBy)],
    ("person_recovery.", "page.recovery.way"): [f"person_recovery.{way}" for way in RecoveryMethod],
    ("person_done.", "page.done"): [f"person_done.{word}" for word in get_args(PersonDone)],
    ("person_act.", "one.act"): [f"person_act.{act}.{part}" for act in Act for part in ("title", "help", "button")],
}
