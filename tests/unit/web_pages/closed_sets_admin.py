"""The closed sets that the texts of the console's pages are put together from."""

from typing import get_args

from idp.accounts.roles import Role
from idp.admin.administrator_rules import WithdrawalReason
from idp.admin.posts import Rule
from idp.web.pages.admin import AdminRefusal
from idp.web.pages.admin_shell import AdminPart
from idp.web.pages.administrators import AccountState, AdministratorDone, GrantState

ROLES = [f"admin_role.{role}" for role in Role]
STATES = [f"administrator_state.{state}" for state in get_args(AccountState)]

ADMIN_SETS = {
    ("admin_part.", "link.part"): [f"admin_part.{part}" for part in get_args(AdminPart)],
    ("admin_role.", "held.role"): ROLES,
    ("admin_role.", "grant.role"): ROLES,
    ("admin_role.", "role"): ROLES,
    ("admin_rule.", "problem.rule"): [f"admin_rule.{rule}" for rule in Rule],
    ("administrator_state.", "entry.state"): STATES,
    ("administrator_state.", "page.state"): STATES,
    ("administrator_grant.", "grant.state"): [f"administrator_grant.{state}" for state in get_args(GrantState)],
    ("administrator_done.", "page.done"): [f"administrator_done.{word}" for word in get_args(AdministratorDone)],
    ("administrator_reason.", "reason"): [f"administrator_reason.{reason}" for reason in WithdrawalReason],
    ("admin_refused.", "page.refusal"): [
        f"admin_refused.{word}.{part}" for word in get_args(AdminRefusal) for part in ("title", "help")
    ],
}
