"""Judging a new password: the policy, and the passwords that were found in breaches."""

import asyncio

from msgspec import Struct

from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.policy import POLICY, PasswordPolicy, check_password, normal_form
from idp.factors.password.ports import BreachedPasswords


class PasswordRules(Struct, frozen=True):
    """Answers whether a new password is accepted, off the event loop."""

    breached: BreachedPasswords
    policy: PasswordPolicy = POLICY

    async def judge(self, password: str, context: PasswordContext) -> PasswordProblem | None:
        """Return why a new password, as typed, is refused, or None (SP 800-63B-4 3.1.1.2; ASVS 6.2)."""
        return await asyncio.to_thread(self._judge, password, context)

    def minimum(self, *, two_steps: bool) -> int:
        """Return the least length in code points."""
        return self.policy.minimum(two_steps=two_steps)

    def _judge(self, password: str, context: PasswordContext) -> PasswordProblem | None:
        problem = check_password(password, context, self.policy)
        normal = normal_form(password)
        if problem is None and normal is not None and self.breached.contains(normal):
            return PasswordProblem.BREACHED
        return problem
