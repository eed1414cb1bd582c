"""The closed sets that the texts of recovery and of notices are put together from."""

from typing import get_args

from idp.account.notices.model import NoticeKind
from idp.web.recovery.pages import AskedCode, RecoveryOver

OFFERED = ("sms", "totp", "recovery_code", "email")

RECOVERY_SETS = {
    ("recover_way.", "evidence"): [f"recover_way.{key}" for key in OFFERED],
    ("recover_code.title_", "page.asked"): [f"recover_code.title_{key}" for key in get_args(AskedCode)],
    ("recover_code.lead_", "page.asked"): [f"recover_code.lead_{key}" for key in get_args(AskedCode)],
    ("recover_over.", "page.reason"): [f"recover_over.{key}" for key in get_args(RecoveryOver)],
    ("notices.", "entry.kind"): [f"notices.{key}" for key in NoticeKind],
}
