"""The texts that the status page puts together from closed sets."""

from idp.proofing.registers.health import RegisterName
from idp.web.status.pages import Condition

STATUS_SETS = {
    ("status.sign_in_", "page.sign_in"): [f"status.sign_in_{one}" for one in (Condition.WORKING, Condition.SILENT)],
    ("status.register_", "register.name"): [f"status.register_{name}" for name in RegisterName],
    ("status.condition_", "register.condition"): [f"status.condition_{one}" for one in Condition],
    ("status.means_", "register.meaning"): [f"status.means_{name}_{one}" for name in RegisterName for one in Condition],
}
