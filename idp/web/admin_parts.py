"""What the pages of the console are given."""

from dataclasses import dataclass

from idp.accounts.roles import RoleReader


@dataclass(frozen=True, slots=True)
class AdminParts:
    """The use cases of administrators."""

    roles: RoleReader
