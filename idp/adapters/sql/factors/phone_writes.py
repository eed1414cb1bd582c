"""How it is written that a phone was confirmed and that its person was asked."""

from datetime import timedelta

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import statement
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


PHONE_WRITES = dict(
    [
        write(ConfirmPhone, _CONFIRM, sealed="phone_sealed", until=lambda effect: to_micros(effect.at - _DAY)),
        write(AskPhone, _ASK, of="phone"),
    ]
)
