"""What a page says about an entered one-time code."""

from collections.abc import Mapping

from idp.factors.one_time_codes.service import CODE_LIFE, CodeVerdict
from idp.web.http.texts import Message

MESSAGES: Mapping[CodeVerdict, Message] = {
    CodeVerdict.WRONG: Message("code_wrong"),
    CodeVerdict.EXPIRED: Message("code_expired"),
    CodeVerdict.TRIES_USED: Message("code_tries_used"),
}
SENDS_USED = Message("code_sends_used", {"retry_after": CODE_LIFE})
