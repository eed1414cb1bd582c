"""The closed sets that the texts of the console's pages are put together from."""

from typing import get_args

from idp.accounts.roles import Role
from idp.web.pages.admin import AdminRefusal
from idp.web.pages.admin_shell import AdminPart

ADMIN_SETS = {
    ("admin_part.", "link.part"): [f"admin_part.{part}" for part in get_args(AdminPart)],
    ("admin_role.", "held.role"): [f"admin_role.{role}" for role in Role],
    ("admin_refused.", "page.refusal"): [
        f"admin_refused.{word}.{part}" for word in get_args(AdminRefusal) for part in ("title", "help")
    ],
}
