"""Messages to people, with the texts that the operators agreed on."""

from idp.account.notices.gathered import GatheredNotices
from idp.account.notices.message_ceilings import MessageCeilings
from idp.account.notices.messages import Messages
from idp.app.foundation.opening import Foundation
from idp.factors.one_time_codes.service import OneTimeCodes
from idp.kernel.key_purposes import KeyPurpose
from idp.proofing.registers.questions import RegisterQuestions
from idp.web.messages.catalogue import MessageTexts


def compose_messages_to_portals(foundation: Foundation) -> Messages:
    """Return what writes messages to those whose language is not known."""
    texts = MessageTexts(foundation.national_settings.messages)
    return Messages(foundation.shared.sealer, texts.sms, texts.both_languages)


def compose_codes(foundation: Foundation) -> OneTimeCodes:
    """Return what sends one-time codes, under the ceilings of all reasons together."""
    root, store, ceilings = foundation.root_key, foundation.shortlived, _ceilings(foundation)
    ledger, messages = foundation.database.ledger, foundation.shared.messages
    return OneTimeCodes(ledger, store, root.hash_key(KeyPurpose.ONE_TIME_CODES), messages, ceilings)


def compose_gathered_notices(foundation: Foundation) -> GatheredNotices:
    """Return what decides which notices leave at once."""
    key, messages = foundation.root_key.hash_key(KeyPurpose.GATHERED_NOTICES), foundation.shared.messages
    return GatheredNotices(_ceilings(foundation), messages, foundation.database.ledger, key)


def _ceilings(foundation: Foundation) -> MessageCeilings:
    index = foundation.shared.phone_index
    return MessageCeilings(foundation.shortlived, index, foundation.national_settings, foundation.metrics)


def compose_register_questions(foundation: Foundation) -> RegisterQuestions:
    """Return what counts questions for people who are not signed in."""
    most = foundation.settings.register_questions_per_hour
    return RegisterQuestions(
        foundation.database.ledger, foundation.root_key.hash_key(KeyPurpose.REGISTER_QUESTIONS), most
    )
