"""What a page says about a second factor that was refused."""

from collections.abc import Mapping

from idp.factors.answers import Refused, Why
from idp.web.http.texts import Message, MessageKey

_KEYS: Mapping[Why, MessageKey] = {
    Why.CODE_WRONG: "code_wrong",
    Why.CODE_EXPIRED: "code_expired",
    Why.CODE_TRIES_USED: "code_tries_used",
    Why.CODE_SENDS_USED: "code_sends_used",
    Why.TOTP_WRONG: "totp_wrong",
    Why.RECOVERY_CODE_WRONG: "recovery_code_wrong",
    Why.USED: "factor_used",
    Why.WAIT: "factor_wait",
    Why.DISABLED: "factor_disabled",
    Why.APPROVAL_WAITING: "approval_waiting",
    Why.APPROVAL_REFUSED: "approval_refused",
    Why.APPROVAL_EXPIRED: "approval_expired",
    Why.APPROVALS_USED: "approvals_used",
    Why.PASSKEY_REFUSED: "passkey_refused",
    Why.PASSKEY_EXPIRED: "passkey_expired",
}


def message_of(refused: Refused) -> Message:
    """Return the text of a refusal, with the wait where there is one."""
    values = {} if refused.retry_after is None else {"retry_after": refused.retry_after}
    return Message(_KEYS[refused.why], values)
