"""Messages to people, with the texts that the operators agreed on."""

from idp.app.foundation import Foundation
from idp.selfservice.messages import Messages
from idp.web.message_texts import MessageTexts


def compose_messages(foundation: Foundation) -> Messages:
    """Return what writes messages in the person's language."""
    texts = MessageTexts(foundation.national.messages)
    return Messages(foundation.root_key.sealer(), texts.sms, texts.email)


def compose_messages_to_portals(foundation: Foundation) -> Messages:
    """Return what writes messages to those whose language is not known."""
    texts = MessageTexts(foundation.national.messages)
    return Messages(foundation.root_key.sealer(), texts.sms, texts.both_languages)
