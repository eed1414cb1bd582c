"""Hashes a right password anew at once where its hash was made with other parameters than today's."""

from msgspec import Struct

from idp.account.model import SignInRecord
from idp.factors.password.policy import is_short
from idp.factors.password.ports import Lane, PasswordHasher
from idp.kernel.errors import TemporarilyUnavailableError
from records.structs import replace


class Renewal(Struct, frozen=True):
    """The record as it is once the new hash stands, and that hash; None where the old one stays."""

    record: SignInRecord
    hash: str | None


class PasswordRenewals(Struct, frozen=True):
    """Makes the new hash while the password is at hand: nobody has it again before the next sign-in."""

    hasher: PasswordHasher

    async def of(self, record: SignInRecord, password: str) -> Renewal:
        """Return what changes with a password that was just found right.

        How long an imported password is shows now: a short one asks for two steps from this sign-in on
        (SP 800-63B-4 3.1.1.2), unless there is no second factor to ask for.
        """
        if not self.hasher.needs_rehash(record.password.hash):
            return Renewal(record, None)
        try:
            made = await self.hasher.hash(password, Lane.RECOGNISED)
        except TemporarilyUnavailableError:
            # The pool is full: the person need not wait for our housekeeping, the next sign-in does it.
            return Renewal(record, None)
        short = record.password.short or (is_short(password) and bool(record.enrolled))
        return Renewal(replace(record, password=replace(record.password, short=short)), made)
