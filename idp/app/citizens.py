"""The use cases for citizens: signing in, stepping up, registering."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from idp.app.foundation import NUMBER_INDEX, PHONE_INDEX, Foundation
from idp.proofing.service import ProofingService
from idp.protocol.house import House
from idp.selfservice.account_opening import AccountOpening
from idp.selfservice.browser_sessions import BrowserSessions
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.messages import Messages
from idp.selfservice.notices import Notices
from idp.selfservice.one_time_codes import CodeDraft, OneTimeCodes
from idp.selfservice.registration import Registration, Registrations
from idp.selfservice.sign_in import SignIn
from idp.selfservice.step_up import StepUp
from idp.web.message_texts import email_text, sms_text

T = TypeVar("T")
# A person who fetches the phone from another room finds the registration where it was.
REGISTRATION_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Citizens:
    """The use cases for citizens that share parts."""

    sign_in: SignIn
    step_up: StepUp
    registrations: Registrations


def compose_citizens(foundation: Foundation, house: House) -> Citizens:
    """Return signing in, stepping up and registering."""
    database, clock, store, root = foundation.database, foundation.clock, foundation.shortlived, foundation.root_key
    number_index, phone_index = root.hash_key(NUMBER_INDEX), root.hash_key(PHONE_INDEX)
    sessions = BrowserSessions(database.ledger, house.token_hash)
    messages = Messages(house.sealer, sms_text, email_text)
    notices = Notices(messages, house.sealer, root.hash_key("alarms"))
    codes = OneTimeCodes(database.ledger, store, root.hash_key("one-time codes"), messages)
    opening = AccountOpening(
        database.accounts,
        database.ledger,
        foundation.hasher,
        messages,
        notices,
        house.sealer,
        number_index,
        phone_index,
    )
    drafts = draft_shelf(foundation, house, "registration", Registration, REGISTRATION_LIFE)
    code_drafts = draft_shelf(foundation, house, "step-up", CodeDraft, REGISTRATION_LIFE)
    proofing = ProofingService(foundation.register)
    return Citizens(
        sign_in=SignIn(database.accounts, foundation.hasher, database.ledger, store, sessions, number_index, clock),
        step_up=StepUp(codes, code_drafts, database.ledger, sessions, house.sealer, clock),
        registrations=Registrations(drafts, codes, store, phone_index, proofing, opening, clock),
    )


def draft_shelf(foundation: Foundation, house: House, kind: str, draft: type[T], life: timedelta) -> DraftShelf[T]:
    return DraftShelf(foundation.shortlived, house.sealer, kind, draft, life)
