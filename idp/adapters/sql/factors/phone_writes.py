"""How it is written that a phone was confirmed and that its person was asked."""

from datetime import timedelta

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.adapters.sql.engine.writes import write
from idp.factors.contacts.phone_ages import AskPhone, ConfirmPhone

# Who signs in by SMS ten times a day confirms the phone once.
_DAY = timedelta(days=1)
_ITS = "person_id = :person_id AND account_id = :account_id AND kind = 'phone'"
_SINCE = "COALESCE(last_confirmed_at, confirmed_at)"

_CONFIRM = statement(f"""
    UPDATE contacts SET last_confirmed_at = :at, asked_again_at = NULL
    WHERE {_ITS} AND sealed = :sealed AND (asked_again_at IS NOT NULL OR {_SINCE} <= :until)
""")  # noqa: S608
_ASK = statement(f"""
    UPDATE contacts SET asked_again_at = :at
    WHERE {_ITS} AND {_SINCE} = :confirmed_at AND asked_again_at IS NULL
    RETURNING 1
""")  # noqa: S608


def _confirm(effect: ConfirmPhone) -> Parameters:
    return {
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "sealed": effect.phone_sealed,
        "at": to_micros(effect.at),
        "until": to_micros(effect.at - _DAY),
    }


def _ask(effect: AskPhone) -> Parameters:
    return {
        "person_id": effect.phone.person_id,
        "account_id": effect.phone.account_id,
        "confirmed_at": to_micros(effect.phone.confirmed_at),
        "at": to_micros(effect.at),
    }


PHONE_WRITES = dict([write(ConfirmPhone, _confirm, _CONFIRM), write(AskPhone, _ask, _ASK)])
